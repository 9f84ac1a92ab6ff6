using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Mail;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>Everything the lead's page shows.</summary>
public sealed record LeadDetails
{
    /// <summary>The lead with its resume.</summary>
    public required Lead Lead { get; init; }

    /// <summary>Who made the first contact; null when nobody has.</summary>
    public required string? ReachedOutByName { get; init; }

    /// <summary>Its owner; null while it has none.</summary>
    public required string? AssignedToName { get; init; }

    /// <summary>Whether it is assigned as soon as an attorney is available.</summary>
    public required bool WaitsForAttorney { get; init; }

    /// <summary>The prospect wants no more automatic email (<see cref="OptOuts"/>).</summary>
    public required bool OptedOut { get; init; }

    /// <summary>A page of what happened, newest first.</summary>
    public required TimelinePage Timeline { get; init; }

    /// <summary>Leads that may be the same person.</summary>
    public required IReadOnlyList<PossibleDuplicate> Duplicates { get; init; }

    /// <summary>What else stands on the page.</summary>
    public required LeadSurroundings Around { get; init; }

    /// <summary>The leads before and after it in the list it was opened from.</summary>
    public required Neighbors Neighbors { get; init; }
}

/// <summary>The leads beside one in a list, by number; null at an end.</summary>
public sealed record Neighbors(long? Previous, long? Next);

/// <summary>A user who can be assigned leads and tasks, or be mentioned.</summary>
/// <param name="Id">The account.</param>
/// <param name="UserName">As in a mention.</param>
/// <param name="FullName">As people read it.</param>
/// <param name="Role">What they do.</param>
/// <param name="Open">Open leads, of an attorney.</param>
/// <param name="Capacity">Maximum open leads.</param>
/// <param name="TakesLeads">Neither away nor unavailable.</param>
public sealed record ActiveUser(
    Guid Id,
    string UserName,
    string FullName,
    string Role,
    long Open,
    int Capacity,
    bool TakesLeads
)
{
    /// <summary>Leads can be given to them.</summary>
    [JsonIgnore]
    public bool IsAttorney => Role == "attorney";
}

/// <summary>A task on its lead's page.</summary>
public sealed record TaskLine(
    Guid Id,
    string Title,
    DateOnly? DueOn,
    string? Repeats,
    Guid AssignedTo,
    string AssignedToName,
    DateTimeOffset? DoneAt,
    string? DoneByName
);

/// <summary>A tag on its lead's page.</summary>
public sealed record TagLine(string Name, string Color);

/// <summary>A resume that came with a lead that was merged into this one.</summary>
public sealed record DocumentLine(
    Guid Id,
    string FileName,
    string Type,
    long Bytes,
    long CameWith,
    DateTimeOffset? DeletedAt
);

/// <summary>A file that somebody of the firm added.</summary>
public sealed record FileLine(
    Guid Id,
    string FileName,
    string Type,
    long Bytes,
    string? Note,
    DateTimeOffset AddedAt,
    string AddedByName,
    long? CameWith,
    string ScanState,
    string? ScanFinding,
    DateTimeOffset? DeletedAt,
    bool HasText,
    bool HasPdf
)
{
    /// <summary>The scanner has found something in it.</summary>
    [JsonIgnore]
    public bool IsQuarantined => ScanState == "quarantined";

    /// <summary>The scanner has not looked yet.</summary>
    [JsonIgnore]
    public bool IsBeingScanned => ScanState == "waiting";
}

/// <summary>What is known about the text of the lead's own resume.</summary>
/// <param name="HasText">There is some.</param>
/// <param name="Encoding">For plain text: how it was read.</param>
/// <param name="IsChosen">A person has chosen the encoding.</param>
/// <param name="IsRecognized">It was recognized in pictures.</param>
/// <param name="ReadAt">When it was read, UTC.</param>
/// <param name="Problem">Why it could not be read; null when it could.</param>
/// <param name="Facts">What rules have found in it.</param>
public sealed record WordsLine(
    bool HasText,
    string? Encoding,
    bool IsChosen,
    bool IsRecognized,
    DateTimeOffset ReadAt,
    string? Problem,
    IReadOnlyList<FoundFact> Facts
);

/// <summary>Work on the lead's own resume that is not done.</summary>
/// <param name="Kind">Which, as <see cref="Work.WorkKind"/> is written.</param>
/// <param name="State">How far it has come, as <see cref="Work.WorkState"/> is written.</param>
/// <param name="Attempts">Tries so far.</param>
/// <param name="LastError">Why the last one failed.</param>
public sealed record ResumeStep(string Kind, string State, int Attempts, string? LastError);

/// <summary>What was made of the lead's own resume to look at.</summary>
/// <param name="Kind">Which, as <see cref="CopyKind"/> is written.</param>
/// <param name="MadeAt">When, UTC.</param>
public sealed record CopyLine(string Kind, DateTimeOffset MadeAt);

/// <summary>The newest email to the prospect that is more than a receipt, while it is recent.</summary>
/// <param name="Kind">What it is for, as <see cref="EmailKind"/> is written.</param>
/// <param name="FromName">In whose name; null for the firm's.</param>
/// <param name="At">When it went out or, while it waits, was queued; UTC.</param>
/// <param name="IsSent">The mail server has it.</param>
public sealed record RecentLetter(string Kind, string? FromName, DateTimeOffset At, bool IsSent)
{
    /// <summary>Who writes within this time should know of it.</summary>
    internal static readonly TimeSpan Lasts = TimeSpan.FromMinutes(15);
}

/// <summary>The lead's last change of status.</summary>
/// <param name="Actor">Who.</param>
/// <param name="Summary">What, as the timeline says it, with the reason.</param>
/// <param name="At">When, UTC.</param>
public sealed record LastMove(string Actor, string Summary, DateTimeOffset At)
{
    /// <summary>The reason that was given for the move to <paramref name="status"/>; null when it led elsewhere or none was given.</summary>
    public string? ReasonFor(LeadStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        var words = $" to {status.ToLabel()}: ";
        var at = Summary.IndexOf(words, StringComparison.Ordinal);
        return at < 0 ? null : Summary[(at + words.Length)..];
    }
}

/// <summary>A text to begin an email with.</summary>
public sealed record SnippetLine(Guid Id, string Name);

/// <summary>That the lead is on legal hold.</summary>
/// <param name="Reason">Why.</param>
/// <param name="At">Since when, UTC.</param>
/// <param name="ByName">Who put it there; null when the account is gone.</param>
public sealed record HoldLine(string Reason, DateTimeOffset At, string? ByName);

/// <summary>What surrounds a lead on its page, read in one statement.</summary>
/// <param name="People">Everybody who is active, the least busy attorneys first.</param>
/// <param name="Tasks">Open ones first, by due date; of those that are done the newest.</param>
/// <param name="Tags">Those of the lead.</param>
/// <param name="KnownTags">The names of all.</param>
/// <param name="Viewers">The names of its other current viewers.</param>
/// <param name="Documents">Resumes of merged leads.</param>
/// <param name="Files">Files that people of the firm added, the oldest first.</param>
/// <param name="Snippets">Texts to write with.</param>
/// <param name="MergedNumbers">The numbers of leads that were merged into this one.</param>
/// <param name="Words">The text of its resume; null when it was not read yet, or there is none.</param>
/// <param name="Steps">Work on its resume that is not done.</param>
/// <param name="Copies">What was made of its resume to look at.</param>
/// <param name="IsWelcomedWhenAssigned">Assigning it sends the welcome email at once, in the new owner's name.</param>
/// <param name="WelcomeAt">When its welcome email is to go out; null when none is.</param>
/// <param name="LastMove">Its last change of status; null when there was none.</param>
/// <param name="Letter">What the prospect was sent minutes ago; null for nothing.</param>
/// <param name="Hold">Its legal hold; null for none.</param>
public sealed record LeadSurroundings(
    IReadOnlyList<ActiveUser> People,
    IReadOnlyList<TaskLine> Tasks,
    IReadOnlyList<TagLine> Tags,
    IReadOnlyList<string> KnownTags,
    IReadOnlyList<string> Viewers,
    IReadOnlyList<DocumentLine> Documents,
    IReadOnlyList<FileLine> Files,
    IReadOnlyList<SnippetLine> Snippets,
    IReadOnlyList<long> MergedNumbers,
    WordsLine? Words,
    IReadOnlyList<ResumeStep> Steps,
    IReadOnlyList<CopyLine> Copies,
    bool IsWelcomedWhenAssigned,
    DateTimeOffset? WelcomeAt,
    LastMove? LastMove,
    RecentLetter? Letter,
    HoldLine? Hold
)
{
    /// <summary>The statement: one row with one column of JSON. $1 lead, $2 who asks, $3 now, $4 since when a viewer counts, $5 which leads are late for
    /// their welcome, $6 since when an email is recent.</summary>
    internal static string Question =>
        $"""
            select json_build_object(
                'people', (select coalesce(json_agg(p order by open, last_assigned_at nulls first, number), '[]') from (
                    select id, user_name, full_name, role, capacity, last_assigned_at, number,
                        available and (away_until is null or away_until <= $3) as takes_leads,
                        case when role = 'attorney' then coalesce(open, 0) else 0 end as open
                    from users left join (
                        select assigned_to, sum(leads)::bigint as open from lead_counts
                        where status in ({LeadStatus.OpenSql}) group by assigned_to
                    ) load on load.assigned_to = users.id
                    where active) p),
                'tasks', (select coalesce(json_agg(t), '[]') from (
                    select tasks.id, title, due_on, repeats, tasks.assigned_to, owner.full_name as assigned_to_name, done_at,
                        doer.full_name as done_by_name
                    from tasks join users owner on owner.id = tasks.assigned_to left join users doer on doer.id = done_by
                    where lead_id = $1
                    order by done_at is not null, done_at desc, due_on nulls last, tasks.id limit 120) t),
                'tags', (select coalesce(json_agg(t order by key), '[]') from (
                    select name, colour as color, key from lead_tags join tags on tags.id = tag_id where lead_id = $1) t),
                'known_tags', (select coalesce(json_agg(name order by key), '[]') from (select name, key from tags limit 500) t),
                'viewers', (select coalesce(json_agg(full_name order by full_name), '[]') from (
                    select full_name from lead_viewers join users on users.id = user_id
                    where lead_id = $1 and user_id <> $2 and seen_at > $4 limit 10) v),
                'documents', (select coalesce(json_agg(d order by came_with), '[]') from (
                    select id, file_name, type, bytes, came_with, deleted_at from resumes
                    where lead_id = $1 and came_with is not null and added_at is null) d),
                'files', (select coalesce(json_agg(f order by id), '[]') from (
                    select resumes.id, file_name, type, bytes, note, added_at, full_name as added_by_name, came_with,
                        scan_state, scan_finding, resumes.deleted_at,
                        exists (select from resume_words where resume_id = resumes.id and text <> '') as has_text,
                        exists (select from resume_copies where resume_id = resumes.id and kind = 'pdf') as has_pdf
                    from resumes join users on users.id = added_by where lead_id = $1 and added_at is not null) f),
                'snippets', (select coalesce(json_agg(s order by name), '[]') from (select id, name from snippets) s),
                'merged_numbers', (select coalesce(json_agg(number order by number), '[]') from merged_leads where into_id = $1),
                'words', (select row_to_json(w) from (
                    select text <> '' as has_text, encoding, is_chosen, is_recognized, facts, read_at, problem
                    from resume_words join resumes on resumes.id = resume_id where lead_id = $1 and {ResumeConfiguration.IsOwn}) w),
                'steps', (select coalesce(json_agg(s), '[]') from (
                    select kind, state, attempts, last_error from resumes join work on subject = resumes.id
                    where lead_id = $1 and {ResumeConfiguration.IsOwn} and state <> 'done') s),
                'copies', (select coalesce(json_agg(c), '[]') from (
                    select kind, made_at from resume_copies join resumes on resumes.id = resume_id
                    where lead_id = $1 and {ResumeConfiguration.IsOwn}) c),
                'is_welcomed_when_assigned', exists (select from leads where leads.id = $1 and {LeadQueries.WelcomedWhenAssigned(
                "$5",
                "$3"
            )}),
                'welcome_at', (select next_attempt_at from work where kind = 'reach_out' and subject = $1 and state = 'queued'),
                'last_move', (select row_to_json(m) from (
                    select actor, summary, at from activities where lead_id = $1 and kind = '{LeadWriter.Moved}'
                    order by id desc limit 1) m),
                'letter', (select row_to_json(l) from (
                    select kind, from_name, coalesce(sent_at, created_at) as at, state = 'sent' as is_sent from emails
                    where lead_id = $1 and kind in ({ToProspects}) and state in ('queued', 'sending', 'sent') and created_at > $6
                    order by id desc limit 1) l),
                'hold', (select row_to_json(h) from (
                    select reason, placed_at as at, full_name as by_name
                    from legal_holds left join users on users.id = placed_by where lead_id = $1) h)
            )
            """;

    private static string ToProspects { get; } =
        string.Join(
            ", ",
            new[] { EmailKind.Welcome, EmailKind.Bulk, EmailKind.Personal }.Select(kind => $"'{kind.ToWire()}'")
        );

    internal static LeadSurroundings Read(string json) =>
        JsonSerializer.Deserialize(json, SurroundingsJson.Default.LeadSurroundings)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LeadSurroundings))]
internal sealed partial class SurroundingsJson : JsonSerializerContext;
