using System.Text.Json.Serialization;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Api.V1;

/// <summary>The resume of a lead, without its content.</summary>
/// <param name="FileName">As the prospect named it.</param>
/// <param name="ContentType">Detected from the content: <c>application/pdf</c>.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record ResumeV1(string FileName, string ContentType, long Bytes, string Sha256)
{
    internal static ResumeV1 From(Resume resume) =>
        new(resume.FileName, resume.Type.ToContentType(), resume.Bytes, Convert.ToHexStringLower(resume.Sha256));
}

/// <summary>A file of a lead in an export, without its content.</summary>
/// <param name="FileName">As people call it.</param>
/// <param name="ContentType">Detected from the content: <c>image/jpeg</c>.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record ExportedFileV1(string FileName, string ContentType, long Bytes, string Sha256)
{
    internal static ExportedFileV1 From(ExportedFile file) =>
        new(
            file.FileName,
            WireName.Parse<ResumeType>(file.Type).ToContentType(),
            file.Bytes,
            Convert.ToHexStringLower(file.Sha256)
        );
}

/// <summary>A lead: what the prospect said, and where it stands.</summary>
public sealed class LeadV1 : ProspectFacts
{
    /// <summary>Its key in this API.</summary>
    [JsonPropertyOrder(-2)]
    public required Guid Id { get; init; }

    /// <summary>The number people say aloud.</summary>
    [JsonPropertyOrder(-1)]
    public required long Number { get; init; }

    /// <summary>What the prospect is told instead of the number: seven letters and digits that do not count the firm's leads.</summary>
    [JsonPropertyOrder(-1)]
    public required string Code { get; init; }

    /// <summary>Where it came from: <c>form</c>, <c>api</c>, <c>phone</c>, <c>walk_in</c>, <c>referral</c>, <c>email</c>, <c>demo</c>, or what somebody of the firm wrote.</summary>
    [JsonPropertyOrder(1)]
    public required string Source { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonPropertyOrder(1)]
    public required string Status { get; init; }

    /// <summary>The user it is assigned to; null while unassigned.</summary>
    [JsonPropertyOrder(1)]
    public required Guid? AssignedTo { get; init; }

    /// <summary>When it was assigned to that user, UTC.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset? AssignedAt { get; init; }

    /// <summary>The user who made the first contact; null while nobody has.</summary>
    [JsonPropertyOrder(1)]
    public required Guid? ReachedOutBy { get; init; }

    /// <summary>When the first contact was made, UTC.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset? ReachedOutAt { get; init; }

    /// <summary>The file; null once it has been deleted because the firm keeps resumes for a limited time.</summary>
    [JsonPropertyOrder(1)]
    public required ResumeV1? Resume { get; init; }

    /// <summary>When it was submitted, UTC.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    [JsonPropertyOrder(1)]
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Answers to the firm's own questions, by the key of the question; left out when there are none.</summary>
    [JsonPropertyName("answers")]
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? AnswersByKey => Answers.IsEmpty ? null : Answers.ByKey;

    /// <summary>Why <c>q</c> has found it, where neither name nor address says so; left out otherwise.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SearchMatchV1? Match { get; init; }

    /// <summary>In an export: the files that people of the firm added, the oldest first; left out where there are none, and everywhere else.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExportedFileV1>? Files { get; init; }

    internal static LeadV1 From(Lead lead) => From(lead, hit: null);

    internal static LeadV1 From(Lead lead, IReadOnlyList<ExportedFile> files) =>
        From(lead, hit: null, files.Count == 0 ? null : [.. files.Select(ExportedFileV1.From)]);

    internal static LeadV1 From(Lead lead, SearchHit? hit, IReadOnlyList<ExportedFileV1>? files = null)
    {
        var answer = new LeadV1
        {
            Id = lead.Id,
            Number = lead.Number,
            Code = lead.Code,
            FirstName = lead.FirstName,
            LastName = lead.LastName,
            Email = lead.Email,
            Source = lead.Source,
            Status = lead.Status.ToWire(),
            AssignedTo = lead.AssignedTo,
            AssignedAt = lead.AssignedAt,
            ReachedOutBy = lead.ReachedOutBy,
            ReachedOutAt = lead.ReachedOutAt,
            Resume = lead.Resume is { DeletedAt: null } resume ? ResumeV1.From(resume) : null,
            CreatedAt = lead.CreatedAt,
            UpdatedAt = lead.UpdatedAt,
            Match = hit is null ? null : SearchMatchV1.From(hit),
            Files = files,
        };
        answer.FillFrom(lead);
        return answer;
    }
}

/// <summary>Where a search has found a lead.</summary>
/// <param name="Place">In what: <c>phone</c>, <c>message</c>, <c>answer</c>, <c>note</c>, <c>tag</c>, <c>file</c> (the name or note of one) or <c>resume</c>.</param>
/// <param name="Text">What stands there, shortened.</param>
/// <param name="Marks">What of the text was searched for, in its order.</param>
public sealed record SearchMatchV1(string Place, string Text, IReadOnlyList<SearchMarkV1> Marks)
{
    internal static SearchMatchV1 From(SearchHit hit)
    {
        var marks = new List<SearchMarkV1>();
        var at = 0;
        foreach (var piece in hit.Text)
        {
            if (piece.IsHit)
                marks.Add(new(at, piece.Text.Length));
            at += piece.Text.Length;
        }

        return new(hit.Place, string.Concat(hit.Text.Select(piece => piece.Text)), marks);
    }
}

/// <summary>A part of a text.</summary>
/// <param name="Start">Where it begins, in UTF-16 units from 0.</param>
/// <param name="Length">How long it is, in UTF-16 units.</param>
public sealed record SearchMarkV1(int Start, int Length);

/// <summary>A lead that was just created.</summary>
public sealed record LeadCreated
{
    /// <summary>Its key in this API.</summary>
    public required Guid Id { get; init; }

    /// <summary>The number people say aloud.</summary>
    public required long Number { get; init; }

    /// <summary>The code to tell the prospect, which does not count the firm's leads.</summary>
    public required string Code { get; init; }

    /// <summary>As given.</summary>
    public required string FirstName { get; init; }

    /// <summary>As given; empty for people with one name.</summary>
    public required string LastName { get; init; }

    /// <summary>As given.</summary>
    public required string Email { get; init; }

    /// <summary>Where it stands: <c>registered</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When it was submitted, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A page of leads.</summary>
/// <param name="Items">The leads.</param>
/// <param name="Limit">How many leads a page holds.</param>
/// <param name="Offset">How many leads were skipped.</param>
/// <param name="NextCursor">Send it as <c>cursor</c> for the page after; null on the last.</param>
/// <param name="Total">How many leads match on all pages. By status and owner always exact; with other filters counted up to 10,000, of searches up to 1,000.</param>
/// <param name="TotalIsExact">False when there are more than <c>total</c>.</param>
public sealed record LeadPageV1(
    IReadOnlyList<LeadV1> Items,
    int Limit,
    long Offset,
    string? NextCursor,
    long Total,
    bool TotalIsExact
);

/// <summary>A lead that has changed.</summary>
/// <param name="Id">Its key in this API.</param>
/// <param name="Number">The number people say aloud.</param>
/// <param name="Kind"><c>changed</c>: take it over from <c>lead</c>; anything else: remove it. <c>out_of_sight</c>: this user may no longer see it.</param>
/// <param name="MergedInto">The lead that it was merged into, when this user may see that one; null otherwise.</param>
/// <param name="Lead">The lead as it is now; null unless <c>changed</c>.</param>
public sealed record ChangeV1(Guid Id, long Number, string Kind, Guid? MergedInto, LeadV1? Lead)
{
    internal static ChangeV1 From(FeedEntry entry) =>
        new(
            entry.Id,
            entry.Number,
            entry.Kind.ToWire(),
            entry.MergedInto,
            entry.Lead is null ? null : LeadV1.From(entry.Lead)
        );
}

/// <summary>What has changed.</summary>
/// <param name="Changes">Each lead once, in the order of its last change.</param>
/// <param name="Cursor">Send it as <c>since</c> for what comes after.</param>
/// <param name="More">Whether there is more already: then ask again at once.</param>
public sealed record ChangesV1(IReadOnlyList<ChangeV1> Changes, string Cursor, bool More);

/// <summary>A line of a lead's timeline.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Kind">What happened, in a word.</param>
/// <param name="ActorId">The user who did it; null for the prospect and for Anteroom itself.</param>
/// <param name="Actor">The name of who did it.</param>
/// <param name="Summary">What happened, without the actor; of a note, its text.</param>
/// <param name="At">When, UTC.</param>
public sealed record ActivityV1(Guid Id, string Kind, Guid? ActorId, string Actor, string Summary, DateTimeOffset At)
{
    internal static ActivityV1 From(Activity activity) =>
        new(activity.Id, activity.Kind, activity.ActorId, activity.Actor, activity.Summary, activity.At);
}

/// <summary>An email of a lead.</summary>
public sealed record EmailV1
{
    /// <summary>Its key.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is for.</summary>
    public required string Kind { get; init; }

    /// <summary>The address it goes to.</summary>
    public required string To { get; init; }

    /// <summary>One line.</summary>
    public required string Subject { get; init; }

    /// <summary>How far it has got.</summary>
    public required string State { get; init; }

    /// <summary>Attempts so far.</summary>
    public required int Attempts { get; init; }

    /// <summary>Error of the last failed attempt; null for none.</summary>
    public required string? LastError { get; init; }

    /// <summary>Without angle brackets.</summary>
    public required string MessageId { get; init; }

    /// <summary>When it was queued, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Earliest time of the next attempt, UTC; null when there will be none.</summary>
    public required DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When the mail server accepted it, UTC.</summary>
    public required DateTimeOffset? SentAt { get; init; }

    internal static EmailV1 From(Email email) =>
        new()
        {
            Id = email.Id,
            Kind = email.Kind.ToWire(),
            To = email.ToAddress,
            Subject = email.Subject,
            State = email.State.ToWire(),
            Attempts = email.Attempts,
            LastError = email.LastError,
            MessageId = email.MessageId,
            CreatedAt = email.CreatedAt,
            NextAttemptAt = email.State is EmailState.Queued ? email.NextAttemptAt : null,
            SentAt = email.SentAt,
        };
}

/// <summary>An attorney who takes leads.</summary>
public sealed record AttorneyV1
{
    /// <summary>The user's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The id in the Django-style API.</summary>
    public required long Number { get; init; }

    /// <summary>The name.</summary>
    public required string FullName { get; init; }

    /// <summary>The address.</summary>
    public required string Email { get; init; }

    /// <summary>Whether they take new leads.</summary>
    public required bool Available { get; init; }

    /// <summary>No new leads before this instant, UTC; null when not away.</summary>
    public required DateTimeOffset? AwayUntil { get; init; }

    /// <summary>Maximum open leads.</summary>
    public required int Capacity { get; init; }

    /// <summary>Open leads now.</summary>
    public required int Workload { get; init; }

    /// <summary>The only practice area they take leads of, the first if they take several; null for any.</summary>
    public required string? PracticeArea { get; init; }

    /// <summary>The practice areas they take leads of; empty for any.</summary>
    public required IReadOnlyList<string> PracticeAreas { get; init; }

    /// <summary>When a lead was last assigned to them, UTC.</summary>
    public required DateTimeOffset? LastAssignedAt { get; init; }

    internal static AttorneyV1 From(Attorney attorney) =>
        new()
        {
            Id = attorney.User.Id,
            Number = attorney.User.Number,
            FullName = attorney.User.FullName,
            Email = attorney.User.Email ?? "",
            Available = attorney.User.Available,
            AwayUntil = attorney.User.AwayUntil,
            Capacity = attorney.User.Capacity,
            Workload = attorney.Workload,
            PracticeArea = attorney.User.PracticeAreas.FirstOrDefault(),
            PracticeAreas = attorney.User.PracticeAreas,
            LastAssignedAt = attorney.User.LastAssignedAt,
        };
}

/// <summary>A note to be added.</summary>
/// <param name="Text">At most 5,000 characters.</param>
public sealed record NoteRequest(string Text);

[JsonSerializable(typeof(LeadCreated))]
[JsonSerializable(typeof(LeadV1))]
[JsonSerializable(typeof(LeadPageV1))]
[JsonSerializable(typeof(ChangesV1))]
[JsonSerializable(typeof(IReadOnlyList<ActivityV1>))]
[JsonSerializable(typeof(IReadOnlyList<EmailV1>))]
[JsonSerializable(typeof(IReadOnlyList<AttorneyV1>))]
[JsonSerializable(typeof(NoteRequest))]
[JsonSerializable(typeof(LeadFileV1))]
[JsonSerializable(typeof(IReadOnlyList<LeadFileV1>))]
[JsonSerializable(typeof(FileChangeV1))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(FastApiErrors))]
[JsonSerializable(typeof(string))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class V1Json : JsonSerializerContext;
