using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// What a room knows about the messages it causes: whether one may still be sent, and what follows from its delivery. The room
/// registers it (<c>AddSingleton&lt;IDeliveryRule, …&gt;</c>), because the outbox knows nothing of leads. A rule stays silent about
/// messages that are not its own.
/// </summary>
public interface IDeliveryRule
{
    /// <summary>
    /// An SQL expression over a row of <c>outbox</c>: why it must never be sent, as text; null for no reason. It is read with the claim and
    /// costs no extra statement. It must contain no user input.
    /// </summary>
    string? Veto => null;

    /// <summary>Asked at the last moment, just before the message is sent.</summary>
    /// <returns>Why it is no longer wanted; null to send it.</returns>
    Task<string?> WhyNotAsync(Message message, CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>
    /// Adds statements for what follows from the results (<see cref="DeliveryResults.Then"/>), in one transaction with them. May be called
    /// again with the same results if the database was down.
    /// </summary>
    void Settled(DeliveryResults results) { }
}

/// <summary>The result of one try.</summary>
/// <param name="Message">As it was claimed.</param>
/// <param name="State">The new state; <see cref="EmailState.Queued"/> means it will be retried.</param>
public sealed record DeliveryResult(Message Message, EmailState State)
{
    /// <summary>Why it was not sent; null if it was.</summary>
    public string? Error { get; private init; }

    internal DateTimeOffset NextAttemptAt { get; private init; } = Message.NextAttemptAt ?? Message.CreatedAt;

    internal bool WaitsForServer { get; private init; }

    internal bool Untried { get; private init; }

    /// <summary>The other side accepted it.</summary>
    public static DeliveryResult Sent(Message message) => new(message, EmailState.Sent);

    /// <summary>Given up.</summary>
    public static DeliveryResult Failed(Message message, string error) =>
        new(message, EmailState.Failed) { Error = error };

    /// <summary>It is no longer wanted and will not be sent.</summary>
    public static DeliveryResult Cancelled(Message message, string reason) =>
        new(message, EmailState.Cancelled) { Error = reason };

    /// <summary>Retried later.</summary>
    /// <param name="message">The message.</param>
    /// <param name="error">Why it was not sent.</param>
    /// <param name="at">When, UTC.</param>
    /// <param name="waitsForServer">Whether to retry as soon as the channel works again.</param>
    public static DeliveryResult Later(Message message, string error, DateTimeOffset at, bool waitsForServer) =>
        new(message, EmailState.Queued)
        {
            Error = error,
            NextAttemptAt = at,
            WaitsForServer = waitsForServer,
        };

    /// <summary>Claimed but not begun: does not count as a try, and any worker may take it.</summary>
    public static DeliveryResult GivenBack(Message message) => new(message, EmailState.Queued) { Untried = true };
}

/// <summary>
/// Results that are recorded together. The first statement marks the rows whose claim still holds, so that later statements reach
/// exactly those: a worker that is too late changes nothing, and nothing happens twice.
/// </summary>
public sealed class DeliveryResults
{
    private readonly NpgsqlBatch _batch;
    private readonly List<Action<NpgsqlDataReader>> _rows = [];

    internal DeliveryResults(NpgsqlBatch batch, IReadOnlyList<DeliveryResult> results, DateTimeOffset now) =>
        (_batch, All, Now) = (batch, results, now);

    internal Guid Mark { get; } = Guid.NewGuid();

    /// <summary>All of them, including those whose claim no longer holds.</summary>
    public IReadOnlyList<DeliveryResult> All { get; }

    /// <summary>When, UTC.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Adds a statement.</summary>
    /// <param name="about">The results it is about, at least one.</param>
    /// <param name="sql">
    /// <c>from outbox where id = any ($1) and claim = $2</c> are the messages of <paramref name="about"/> that were settled just now;
    /// <paramref name="values"/> begin at <c>$3</c>.
    /// </param>
    /// <param name="row">Called with each row that the statement returns; null when it returns none.</param>
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
        await reader.NextResultAsync(cancellation); // that of ByIndex
        // The reader skips statements that return nothing.
        foreach (var row in _rows)
        {
            while (await reader.ReadAsync(cancellation))
                row(reader);
            await reader.NextResultAsync(cancellation);
        }

        // Errors of statements that return nothing surface here.
        while (await reader.NextResultAsync(cancellation)) { }
    }
}
