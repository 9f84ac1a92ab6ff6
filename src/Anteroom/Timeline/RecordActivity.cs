using Anteroom.Data;
using Npgsql;

namespace Anteroom.Timeline;

/// <summary>The only writer of timelines, in the transaction of the event.</summary>
public static class RecordActivity
{
    private const string Insert = "insert into activities (id, lead_id, kind, actor_id, actor, summary, at)";

    /// <summary>Adds a line to what <paramref name="db"/> saves next.</summary>
    /// <param name="db">The unit of work.</param>
    /// <param name="by">Who did it.</param>
    /// <param name="lead">The lead's id.</param>
    /// <param name="kind">What happened (<see cref="Activity.Kind"/>).</param>
    /// <param name="summary">One sentence without its subject.</param>
    /// <param name="at">When, UTC. Timelines are sorted by id, which starts with it.</param>
    /// <param name="isSearched">Whether the search finds the lead by its words: what a person has written.</param>
    public static Activity Record(
        this AnteroomDb db,
        Actor by,
        Guid lead,
        string kind,
        string summary,
        DateTimeOffset at,
        bool isSearched = false
    )
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(by);
        var line = new Activity
        {
            Id = Guid.CreateVersion7(at),
            LeadId = lead,
            Kind = ActivityKinds.Known(kind),
            ActorId = by.Id,
            Actor = by.Name,
            Summary = summary,
            At = at,
            Words = isSearched ? SearchWords.Of(summary) : null,
        };
        db.Activities.Add(line);
        return line;
    }

    private static readonly InsertRows<NewLine> Lines = new InsertRows<NewLine>("activities")
        .Column("id", line => Guid.CreateVersion7(line.At))
        .Column("lead_id", line => line.Lead)
        .Column("kind", line => ActivityKinds.Known(line.Kind))
        .Column("actor_id", line => line.By.Id)
        .Column("actor", line => line.By.Name)
        .Column("summary", line => line.Summary)
        .Column("at", line => line.At)
        .Column("words", line => line.IsSearched ? SearchWords.Of(line.Summary) : null);

    /// <summary>Adds a statement that writes these lines.</summary>
    internal static void Record(this NpgsqlBatch batch, IReadOnlyList<NewLine> lines) => Lines.Add(batch, lines);

    /// <summary>Adds a statement that writes a line for each of many leads.</summary>
    internal static void Record(
        this NpgsqlBatch batch,
        Actor by,
        string kind,
        IReadOnlyList<(Guid Lead, string Summary)> lines,
        DateTimeOffset at
    ) => batch.Record([.. lines.Select(line => new NewLine(line.Lead, kind, by, line.Summary, at))]);

    /// <summary>Adds statements that write a line, unless the same person has one of its kind and words from not long ago.</summary>
    internal static void RecordUnlessRecent(this NpgsqlBatch batch, NewLine line, TimeSpan recent)
    {
        // A browser asks for several parts of a file at once: each waits for the line of the one before.
        batch.Add(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))",
            Sql.Value($"{line.Kind} {line.Lead} {line.By.Id}")
        );
        batch.Add(
            $"""
            {Insert}
            select $1, $2, $3, $4, $5, $6, $7 where not exists (
                select from activities where lead_id = $2 and id > $8 and kind = $3 and actor_id = $4 and summary = $6)
            """,
            Sql.Value(Guid.CreateVersion7(line.At)),
            Sql.Value(line.Lead),
            Sql.Value(ActivityKinds.Known(line.Kind)),
            Sql.Value(line.By.Id),
            Sql.Value(line.By.Name),
            Sql.Value(line.Summary),
            Sql.Value(line.At),
            Sql.Value(Guid.CreateVersion7(line.At - recent))
        );
    }

    /// <summary>
    /// For a part of a larger statement: a line for each row of a query with the columns <c>id, lead_id, kind, actor, summary, at</c>,
    /// told of nobody in particular.
    /// </summary>
    internal static string InsertEach(string query) =>
        $"{Insert} select id, lead_id, kind, null, actor, summary, at from ({query}) lines";

    /// <summary>Adds a statement that moves the lines of one lead to another.</summary>
    internal static void MoveActivities(this NpgsqlBatch batch, Guid from, Guid to) =>
        batch.Add("update activities set lead_id = $1 where lead_id = $2", Sql.Value(to), Sql.Value(from));
}

/// <summary>A line that is to be written.</summary>
/// <param name="Lead">The lead's id.</param>
/// <param name="Kind">What happened (<see cref="Activity.Kind"/>).</param>
/// <param name="By">Who did it.</param>
/// <param name="Summary">One sentence without its subject.</param>
/// <param name="At">When, UTC. Timelines are sorted by id, which starts with it.</param>
/// <param name="IsSearched">Whether the search finds the lead by its words: what a person has written.</param>
internal sealed record NewLine(
    Guid Lead,
    string Kind,
    Actor By,
    string Summary,
    DateTimeOffset At,
    bool IsSearched = false
);
