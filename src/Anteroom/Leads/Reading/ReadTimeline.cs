using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Which entries of a timeline to show.</summary>
public enum TimelineFilter
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>What people wrote.</summary>
    Notes,

    /// <summary>Emails with their state.</summary>
    Emails,

    /// <summary>Changes of status, owner, facts, tasks and tags.</summary>
    Changes,
}

/// <summary>An email in the timeline.</summary>
public sealed record TimelineEmail
{
    /// <summary>What it is for.</summary>
    public required EmailKind Kind { get; init; }

    /// <summary>What became of it.</summary>
    public required EmailState State { get; init; }

    /// <summary>The recipient.</summary>
    public required string ToAddress { get; init; }

    /// <summary>Its subject line.</summary>
    public required string Subject { get; init; }

    /// <summary>Its plain text.</summary>
    public required string Text { get; init; }

    /// <summary>How many tries were begun.</summary>
    public required int Attempts { get; init; }

    /// <summary>Not tried before this instant, UTC.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Why the last try failed; null when none did.</summary>
    public string? LastError { get; init; }

    /// <summary>When the mail server took it, UTC.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Somebody had an earlier email sent again.</summary>
    public bool Repeated { get; init; }

    /// <summary>The number of the merged lead that it was about; null for this lead.</summary>
    public long? CameWith { get; init; }
}

/// <summary>An entry of the timeline: a line, or an email.</summary>
/// <param name="Id">UUIDv7: the order.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">What happened, as <see cref="Activity.Kind"/>; <c>email</c> for an email.</param>
/// <param name="Actor">Who; null for the firm's own email.</param>
/// <param name="Summary">What, one sentence; the text of a note.</param>
/// <param name="Email">The email; null for a line.</param>
public sealed record TimelineEntry(
    Guid Id,
    DateTimeOffset At,
    string Kind,
    string? Actor,
    string Summary,
    TimelineEmail? Email
);

/// <summary>A page of the timeline, newest first.</summary>
/// <param name="Entries">At most <see cref="ReadTimeline.PageSize"/>.</param>
/// <param name="Older">The key of the next page; null on the last.</param>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Entries, Guid? Older);

/// <summary>Reads timelines in pages, by key.</summary>
internal static class ReadTimeline
{
    /// <summary>Entries on a page.</summary>
    public const int PageSize = 30;

    // Both tables have UUIDv7 ids, so they sort together. Emails show their own delivery, so those lines are left out.
    private const string Lines = """
        select id, at, kind, actor, summary, null as email_kind, null as state, null as to_address, null as text,
            null::integer as attempts, null::timestamptz as next_attempt_at, null as last_error,
            null::timestamptz as sent_at, false as repeated, null::bigint as came_with
        from activities where lead_id = $1 and id < $2 and kind not in ('email_sent', 'email_failed')
        """;

    private const string Emails = """
        select id, created_at as at, 'email' as kind, coalesce(from_name, '') as actor, subject as summary, kind as email_kind, state,
            to_address, text, attempts, next_attempt_at, last_error, sent_at, repeats is not null as repeated, came_with
        from emails where lead_id = $1 and id < $2
        """;

    private static readonly Guid Newest = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    /// <summary>Adds the query to a batch.</summary>
    public static void Ask(NpgsqlBatch batch, Guid lead, TimelineFilter filter, Guid? before)
    {
        const string notes = "('note', 'message')";
        var from = filter switch
        {
            TimelineFilter.Notes => $"{Lines} and kind in {notes}",
            TimelineFilter.Emails => Emails,
            TimelineFilter.Changes => $"{Lines} and kind not in {notes}",
            _ =>
                $"({Lines} order by id desc limit {PageSize + 1}) union all ({Emails} order by id desc limit {PageSize + 1})",
        };
        Sql.Add(batch, $"{from} order by id desc limit {PageSize + 1}", Sql.Value(lead), Sql.Value(before ?? Newest));
    }

    /// <summary>Reads the answer.</summary>
    public static async Task<TimelinePage> ReadAsync(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        var rows = await reader.ReadAllAsync<Row>(cancellation);
        var entries = rows.ConvertAll(row => row.ToEntry());
        if (entries.Count <= PageSize)
            return new TimelinePage(entries, Older: null);
        entries.RemoveAt(PageSize);
        return new TimelinePage(entries, entries[^1].Id);
    }

    // Everything after the summary is an email's.
    private sealed record Row
    {
        public required Guid Id { get; init; }
        public required DateTimeOffset At { get; init; }
        public required string Kind { get; init; }
        public required string Actor { get; init; }
        public required string Summary { get; init; }
        public string? EmailKind { get; init; }
        public string? State { get; init; }
        public string? ToAddress { get; init; }
        public string? Text { get; init; }
        public int? Attempts { get; init; }
        public DateTimeOffset? NextAttemptAt { get; init; }
        public string? LastError { get; init; }
        public DateTimeOffset? SentAt { get; init; }
        public bool Repeated { get; init; }
        public long? CameWith { get; init; }

        public TimelineEntry ToEntry() =>
            new(Id, At, Kind, Actor.Length > 0 ? Actor : null, Summary, EmailKind is null ? null : ToEmail(EmailKind));

        private TimelineEmail ToEmail(string kind) =>
            new()
            {
                Kind = WireName.Parse<EmailKind>(kind),
                State = WireName.Parse<EmailState>(State!),
                ToAddress = ToAddress!,
                Subject = Summary,
                Text = Text!,
                Attempts = Attempts!.Value,
                NextAttemptAt = NextAttemptAt!.Value,
                LastError = LastError,
                SentAt = SentAt,
                Repeated = Repeated,
                CameWith = CameWith,
            };
    }
}
