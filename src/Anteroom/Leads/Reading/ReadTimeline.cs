using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What of a lead's timeline to show.</summary>
public enum TimelineFilter
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>What people wrote.</summary>
    Notes,

    /// <summary>Emails with what became of them.</summary>
    Emails,

    /// <summary>What was changed: status, owner, facts, tasks, tags.</summary>
    Changes,
}

/// <summary>An email in the timeline.</summary>
public sealed record TimelineEmail(
    EmailKind Kind,
    EmailState State,
    string ToAddress,
    string Subject,
    string Text,
    int Attempts,
    DateTimeOffset NextAttemptAt,
    string? LastError,
    DateTimeOffset? SentAt,
    bool Repeated,
    long? CameWith
);

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

/// <summary>A piece of the timeline, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Older">The key of the next piece; null when this is the last.</param>
public sealed record TimelinePage(IReadOnlyList<TimelineEntry> Entries, Guid? Older);

/// <summary>Reads timelines in pieces, by key.</summary>
internal static class ReadTimeline
{
    /// <summary>How many entries a piece has.</summary>
    public const int PageSize = 30;

    // Both tables go by UUIDv7, so the ids of both are one order. That an email went out stands at the email itself.
    private const string Lines = """
        select id, at, kind, actor, summary, null as email_kind, null as state, null as to_address, null as text,
            null::integer as attempts, null::timestamptz as next_attempt_at, null as last_error,
            null::timestamptz as sent_at, false as repeated, null::bigint as came_with
        from activities where lead_id = $1 and id < $2 and kind not in ('email_sent', 'email_failed')
        """;

    private const string Emails = """
        select id, created_at, 'email', coalesce(from_name, ''), subject, kind, state, to_address, text, attempts,
            next_attempt_at, last_error, sent_at, repeats is not null, came_with
        from emails where lead_id = $1 and id < $2
        """;

    private static readonly Guid Newest = new("ffffffff-ffff-ffff-ffff-ffffffffffff");

    /// <summary>Adds the question to a batch.</summary>
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
        var entries = new List<TimelineEntry>(PageSize + 1);
        while (await reader.ReadAsync(cancellation))
            entries.Add(
                new TimelineEntry(
                    reader.GetGuid(0),
                    reader.GetFieldValue<DateTimeOffset>(1),
                    reader.GetString(2),
                    reader.GetString(3) is { Length: > 0 } actor ? actor : null,
                    reader.GetString(4),
                    reader.IsDBNull(5) ? null : ReadEmail(reader)
                )
            );
        if (entries.Count <= PageSize)
            return new TimelinePage(entries, Older: null);
        entries.RemoveAt(PageSize);
        return new TimelinePage(entries, entries[^1].Id);
    }

    private static TimelineEmail ReadEmail(NpgsqlDataReader reader) =>
        new(
            WireName.Parse<EmailKind>(reader.GetString(5)),
            WireName.Parse<EmailState>(reader.GetString(6)),
            reader.GetString(7),
            reader.GetString(4),
            reader.GetString(8),
            reader.GetInt32(9),
            reader.GetFieldValue<DateTimeOffset>(10),
            reader.IsDBNull(11) ? null : reader.GetString(11),
            reader.IsDBNull(12) ? null : reader.GetFieldValue<DateTimeOffset>(12),
            reader.GetBoolean(13),
            reader.IsDBNull(14) ? null : reader.GetInt64(14)
        );
}
