using System.Text.Json.Serialization;

namespace Anteroom.Api.Documents;

/// <summary>The fields of a submission as multipart/form-data, for the API documents; <see cref="Leads.SubmissionReader"/> reads it.</summary>
public sealed class SubmissionForm
{
    /// <summary>1 to 100 characters, any script.</summary>
    [JsonPropertyName("first_name")]
    public required string FirstName { get; init; }

    /// <summary>1 to 100 characters, any script.</summary>
    [JsonPropertyName("last_name")]
    public required string LastName { get; init; }

    /// <summary>An e-mail address, internationalised ones too.</summary>
    [JsonPropertyName("email")]
    public required string Email { get; init; }

    /// <summary>At most 50 characters.</summary>
    [JsonPropertyName("phone")]
    public string? Phone { get; init; }

    /// <summary>One of the firm's practice areas.</summary>
    [JsonPropertyName("practice_area")]
    public string? PracticeArea { get; init; }

    /// <summary>At most 5,000 characters.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>Any text of your own. The same submission with the same token is taken once, however often it is sent.</summary>
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    /// <summary>PDF, DOC, DOCX, RTF, ODT or TXT, at most 10 MB unless the firm has set another limit.</summary>
    [JsonPropertyName("resume")]
    public required IFormFile Resume { get; init; }
}

/// <summary>The fields of a submission as application/json, for the API documents; <see cref="Leads.SubmissionReader"/> reads it.</summary>
public sealed class SubmissionJson
{
    /// <summary>1 to 100 characters, any script.</summary>
    [JsonPropertyName("first_name")]
    public required string FirstName { get; init; }

    /// <summary>1 to 100 characters, any script.</summary>
    [JsonPropertyName("last_name")]
    public required string LastName { get; init; }

    /// <summary>An e-mail address, internationalised ones too.</summary>
    [JsonPropertyName("email")]
    public required string Email { get; init; }

    /// <summary>At most 50 characters.</summary>
    [JsonPropertyName("phone")]
    public string? Phone { get; init; }

    /// <summary>One of the firm's practice areas.</summary>
    [JsonPropertyName("practice_area")]
    public string? PracticeArea { get; init; }

    /// <summary>At most 5,000 characters.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>Any text of your own. The same submission with the same token is taken once, however often it is sent.</summary>
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    /// <summary>
    /// The file as base64, with or without padding, line breaks and a data: prefix. PDF, DOC, DOCX, RTF, ODT or TXT, at most
    /// 10 MB unless the firm has set another limit.
    /// </summary>
    [JsonPropertyName("resume")]
    public required string Resume { get; init; }

    /// <summary>What the prospect calls the file.</summary>
    [JsonPropertyName("resume_filename")]
    public string? ResumeFileName { get; init; }
}
