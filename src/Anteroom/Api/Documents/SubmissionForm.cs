using System.Text.Json.Serialization;
using Anteroom.Firm;

namespace Anteroom.Api.Documents;

// For the API documents; Leads.SubmissionReader reads them.

/// <summary>The fields of a submission as multipart/form-data.</summary>
public sealed class SubmissionForm : ProspectFacts
{
    /// <summary>Any text of your own. The same submission with the same token is taken once, however often it is sent.</summary>
    [JsonPropertyOrder(1)]
    public string? Token { get; init; }

    /// <summary>The language of the email that the prospect gets; English when left out.</summary>
    [JsonPropertyName("language")]
    [JsonPropertyOrder(1)]
    public string? WrittenIn { get; init; }

    /// <summary>Anything but an empty text for people with one name, who leave last_name empty.</summary>
    [JsonPropertyOrder(1)]
    public string? OneName { get; init; }

    /// <summary>PDF, DOC, DOCX, RTF, ODT or TXT, where the firm takes photos also JPEG, PNG, WebP or HEIC; at most 10 MB unless the firm has set another limit.</summary>
    [JsonPropertyOrder(2)]
    public required IFormFile Resume { get; init; }
}

/// <summary>The fields of a submission as application/json.</summary>
public sealed class SubmissionJson : ProspectFacts
{
    /// <summary>Any text of your own. The same submission with the same token is taken once, however often it is sent.</summary>
    [JsonPropertyOrder(1)]
    public string? Token { get; init; }

    /// <summary>
    /// The file as base64, with or without padding, line breaks and a data: prefix. PDF, DOC, DOCX, RTF, ODT or TXT, where
    /// the firm takes photos also JPEG, PNG, WebP or HEIC; at most 10 MB unless the firm has set another limit.
    /// </summary>
    [JsonPropertyOrder(2)]
    public required string Resume { get; init; }

    /// <summary>What the prospect calls the file.</summary>
    [JsonPropertyName("resume_filename")]
    [JsonPropertyOrder(3)]
    public string? ResumeFileName { get; init; }

    /// <summary>Answers to the firm's own questions, by the key of the question; others are ignored.</summary>
    [JsonPropertyName("answers")]
    [JsonPropertyOrder(4)]
    public IReadOnlyDictionary<string, string[]>? AnswersByKey { get; init; }
}

/// <summary>The fields of a submission as application/x-www-form-urlencoded: without a file.</summary>
public sealed class SubmissionPlainForm : ProspectFacts
{
    /// <summary>Any text of your own. The same submission with the same token is taken once, however often it is sent.</summary>
    [JsonPropertyOrder(1)]
    public string? Token { get; init; }
}
