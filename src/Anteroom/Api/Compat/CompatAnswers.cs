using System.Globalization;
using System.Text.Json.Serialization;
using Anteroom.Leads;

namespace Anteroom.Api.Compat;

/// <summary>A lead as the Django-style API answers a submission.</summary>
/// <param name="FirstName">As given.</param>
/// <param name="LastName">As given; empty for people with one name.</param>
/// <param name="Email">As given.</param>
/// <param name="Resume">Path of the file, which only signed-in users may fetch; null without one, where that is allowed.</param>
public sealed record CompatSubmitted(
    [property: JsonPropertyName("first_name")] string FirstName,
    [property: JsonPropertyName("last_name")] string LastName,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("resume")] string? Resume
);

/// <summary>A lead as the Django-style API lists it.</summary>
public record CompatLead
{
    /// <summary>The lead's number: 1, 2, 3 …</summary>
    [JsonPropertyName("id")]
    public required long Id { get; init; }

    /// <summary>As given.</summary>
    [JsonPropertyName("first_name")]
    public required string FirstName { get; init; }

    /// <summary>As given; empty for people with one name.</summary>
    [JsonPropertyName("last_name")]
    public required string LastName { get; init; }

    /// <summary>As given.</summary>
    [JsonPropertyName("email")]
    public required string Email { get; init; }

    /// <summary><c>PENDING</c> until somebody has reached out or the lead was closed, then <c>REACHED_OUT</c>.</summary>
    [JsonPropertyName("state")]
    public required string State { get; init; }

    /// <summary>When it was submitted, UTC: <c>2024-01-15T10:30:00Z</c>.</summary>
    [JsonPropertyName("created_at")]
    public required string CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    [JsonPropertyName("updated_at")]
    public required string UpdatedAt { get; init; }

    /// <summary>Answers to the firm's own questions, by the key of the question; left out when there are none.</summary>
    [JsonPropertyName("answers")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Answers { get; init; }

    /// <summary>Nobody has been in touch.</summary>
    public const string Pending = "PENDING";

    /// <summary>Any later status.</summary>
    public const string ReachedOut = "REACHED_OUT";

    /// <summary>The lead in this API's words.</summary>
    public static CompatLead From(LeadSummary lead) =>
        new()
        {
            Id = lead.Number,
            FirstName = lead.FirstName,
            LastName = lead.LastName,
            Email = lead.Email,
            State = StateOf(lead.Status),
            CreatedAt = Instant(lead.CreatedAt),
            UpdatedAt = Instant(lead.UpdatedAt),
            Answers = lead.Answers.IsEmpty ? null : lead.Answers.ByKey,
        };

    internal static string StateOf(LeadStatus status) => status == LeadStatus.Registered ? Pending : ReachedOut;

    private protected static string Instant(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>One lead as the Django-style API shows it: what the list has, and more.</summary>
public sealed record CompatLeadDetail : CompatLead
{
    /// <summary>First and last name.</summary>
    [JsonPropertyName("full_name")]
    [JsonPropertyOrder(1)]
    public required string FullName { get; init; }

    /// <summary>Path of the file, as the submission was answered with; null when there is none.</summary>
    [JsonPropertyName("resume_url")]
    [JsonPropertyOrder(1)]
    public required string? ResumeUrl { get; init; }

    /// <summary>The lead in this API's words.</summary>
    public static new CompatLeadDetail From(LeadSummary lead) =>
        new()
        {
            Id = lead.Number,
            FirstName = lead.FirstName,
            LastName = lead.LastName,
            Email = lead.Email,
            State = StateOf(lead.Status),
            CreatedAt = Instant(lead.CreatedAt),
            UpdatedAt = Instant(lead.UpdatedAt),
            Answers = lead.Answers.IsEmpty ? null : lead.Answers.ByKey,
            FullName = PersonName.Full(lead.FirstName, lead.LastName),
            ResumeUrl = PathOf(lead.ResumeKey),
        };

    /// <summary>The path of a file by its key in the store.</summary>
    internal static string? PathOf(string? key) => key is null ? null : $"/media/resumes/{key}";
}

/// <summary>A token and whose it is.</summary>
/// <param name="Token">For <c>Authorization: Token …</c>; shown this once.</param>
/// <param name="UserId">1, 2, 3 …</param>
/// <param name="Username">The name to sign in with.</param>
/// <param name="Email">The user's address.</param>
public sealed record CompatSession(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("user_id")] long UserId,
    [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("email")] string Email
);

/// <summary>A user who was made.</summary>
/// <param name="UserId">1, 2, 3 …</param>
/// <param name="Username">The name to sign in with.</param>
/// <param name="Email">The user's address.</param>
/// <param name="Role"><c>administrator</c>, <c>attorney</c> or <c>staff</c>.</param>
public sealed record CompatUser(
    [property: JsonPropertyName("user_id")] long UserId,
    [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("role")] string Role
);

/// <summary>A sentence that is not about a field.</summary>
/// <param name="Detail">The sentence.</param>
public sealed record CompatDetail([property: JsonPropertyName("detail")] string Detail);

/// <summary>What an address is, as <c>OPTIONS</c> answers.</summary>
/// <param name="Name">What is there.</param>
/// <param name="Description">What can be done with it.</param>
/// <param name="Renders">The content types it answers with.</param>
/// <param name="Parses">The content types it takes.</param>
public sealed record CompatMetadata(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("description")] string Description,
    [property: JsonPropertyName("renders")] IReadOnlyList<string> Renders,
    [property: JsonPropertyName("parses")] IReadOnlyList<string> Parses
);

/// <summary>Answers as Django REST framework 3.14 words them.</summary>
internal static class CompatAnswers
{
    public static IResult Detail(int status, string sentence) =>
        TypedResults.Json(new CompatDetail(sentence), CompatJson.Default.CompatDetail, statusCode: status);

    public static IResult NotFound() => Detail(StatusCodes.Status404NotFound, "Not found.");

    /// <summary>Named fields, or <c>non_field_errors</c>.</summary>
    public static IResult Invalid(FieldErrors errors) =>
        TypedResults.Json(
            errors.InEnglish(),
            CompatJson.Default.DictionaryStringStringArray,
            statusCode: StatusCodes.Status400BadRequest
        );

    public static IResult Invalid(string field, params IEnumerable<Sentence> sentences)
    {
        var errors = new FieldErrors();
        foreach (var sentence in sentences)
            errors.Add(field, sentence);
        return Invalid(errors);
    }

    /// <summary>The header says what would be right (RFC 9110 section 15.5.16); the sentence has no room for it.</summary>
    public static IResult UnsupportedMediaType(HttpContext context, string accepted)
    {
        context.Response.Headers.Accept = accepted;
        return Detail(
            StatusCodes.Status415UnsupportedMediaType,
            $"Unsupported media type \"{context.Request.ContentType}\" in request."
        );
    }
}

[JsonSerializable(typeof(CompatSubmitted))]
[JsonSerializable(typeof(CompatLead))]
[JsonSerializable(typeof(CompatLead[]))]
[JsonSerializable(typeof(CompatLeadDetail))]
[JsonSerializable(typeof(CompatSession))]
[JsonSerializable(typeof(CompatUser))]
[JsonSerializable(typeof(CompatDetail))]
[JsonSerializable(typeof(CompatMetadata))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
internal sealed partial class CompatJson : JsonSerializerContext;
