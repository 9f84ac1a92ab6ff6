using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// What a room knows about messages that it has caused: whether one may still go, and what follows from its delivery. Registered by
/// that room (<c>AddSingleton&lt;IDeliveryRule, …&gt;</c>), for the outbox knows neither leads nor anything else of theirs. A rule says
/// nothing about messages that are not its own.
/// </summary>
public interface IDeliveryRule
{
    /// <summary>
    /// An SQL expression over a row of <c>outbox</c>: the reason why it must never go, as a text; null when there is none. Read with the
    /// claim, so that it costs no statement of its own. Never holds anything that was typed.
    /// </summary>
    string? Veto => null;

    /// <summary>Asked at the last moment, just before the message is handed over.</summary>
    /// <returns>Why it is no longer wanted; null when it may go.</returns>
    Task<string?> WhyNotAsync(Message message, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>
    /// Adds what follows from what became of messages (<see cref="DeliveryResults.Then"/>): one transaction with the rows that say so. May be
    /// asked again about the same results when the database was away.
    /// </summary>
    void Settled(DeliveryResults results) { }
}

/// <summary>What became of a message at this try.</summary>
/// <param name="Message">As it was claimed.</param>
/// <param name="State">What it is from now on; <see cref="EmailState.Queued"/>: it is tried again.</param>
public sealed record DeliveryResult(Message Message, EmailState State)
{
    /// <summary>Why it did not go; null when it did.</summary>
    public string? Error { get; private init; }

    internal DateTimeOffset NextAttemptAt { get; private init; } = Message.NextAttemptAt ?? Message.CreatedAt;

    internal bool WaitsForServer { get; private init; }

    internal bool Untried { get; private init; }

    /// <summary>The other side has it.</summary>
    public static DeliveryResult Sent(Message message) => new(message, EmailState.Sent);

    /// <summary>Given up.</summary>
    public static DeliveryResult Failed(Message message, string error) =>
        new(message, EmailState.Failed) { Error = error };

    /// <summary>It is no longer wanted and never goes out.</summary>
    public static DeliveryResult Cancelled(Message message, string reason) =>
        new(message, EmailState.Cancelled) { Error = reason };

    /// <summary>Again later.</summary>
    /// <param name="message">The message.</param>
    /// <param name="error">Why it did not go.</param>
    /// <param name="at">When, UTC.</param>
    /// <param name="waitsForServer">Sooner when the channel works again.</param>
    public static DeliveryResult Later(Message message, string error, DateTimeOffset at, bool waitsForServer) =>
        new(message, EmailState.Queued)
        {
            Error = error,
            NextAttemptAt = at,
            WaitsForServer = waitsForServer,
        };

    /// <summary>It was claimed and not begun: that counts as no try, and anybody may have it.</summary>
    public static DeliveryResult GivenBack(Message message) => new(message, EmailState.Queued) { Untried = true };
}

/// <summary>
/// Results that are being written down together. The rows of those whose claim still holds bear this mark from the
/// first statement on, so that what follows reaches exactly them: who came too late changes nothing, and nothing happens twice.
/// </summary>
public sealed class DeliveryResults
{
    private readonly NpgsqlBatch _batch;
    private readonly List<Action<NpgsqlDataReader>> _rows = [];

    internal DeliveryResults(NpgsqlBatch batch, IReadOnlyList<DeliveryResult> results, DateTimeOffset now) =>
        (_batch, All, Now) = (batch, results, now);

    internal Guid Mark { get; } = Guid.NewGuid();

    /// <summary>What became of which.</summary>
    public IReadOnlyList<DeliveryResult> All { get; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Adds a statement.</summary>
    /// <param name="about">The results it is about, at least one.</param>
    /// <param name="sql">
    /// <c>from outbox where id = any ($1) and claim = $2</c> are the messages of <paramref name="about"/> that were settled just now;
    /// <paramref name="values"/> begin at <c>$3</c>.
    /// </param>
    /// <param name="row">Gets each row that the statement returns; null when it returns none.</param>
    /// <param name="values">Its parameters.</param>
    internal void Then(
        IEnumerable<DeliveryResult> about,
        string sql,
        Action<NpgsqlDataReader>? row,
        params ReadOnlySpan<NpgsqlParameter> values
    )
    {
        Data.Sql.Add(
            _batch,
            sql,
            [Data.Sql.Value(about.Select(result => result.Message.Id).ToArray()), Data.Sql.Value(Mark), .. values]
        );
        if (row is not null)
            _rows.Add(row);
    }

    internal async Task RunAsync(CancellationToken cancellation)
    {
        await using var reader = await _batch.ExecuteReaderAsync(cancellation);
        // The reader passes over statements that return nothing.
        foreach (var row in _rows)
        {
            while (await reader.ReadAsync(cancellation))
                row(reader);
            await reader.NextResultAsync(cancellation);
        }

        // What is wrong with a statement that returns nothing is said here.
        while (await reader.NextResultAsync(cancellation)) { }
    }
}
