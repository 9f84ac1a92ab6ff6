using Anteroom.Data;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Records delivery results and what follows from them (<see cref="IDeliveryRule"/>). Results that lanes report while a batch runs go
/// into the next one together, sharing a commit. A delivery is never forgotten while this process lives: if the database is down, it is
/// recorded as soon as the database is back.
/// </summary>
/// <remarks>
/// Nobody waits until a result is on disk, for a disk writes a few hundred times a second at most. A database that crashes forgets the last
/// ones; they are kept here for longer than that, and recorded again when it is back. Claims are on disk before anything is sent, so that
/// a forgotten result leaves a message that is still this process's own.
/// </remarks>
public sealed partial class OutboxResults : IDisposable
{
    private const int AtOnce = 200;

    /// <summary>About as long as a mail server close by takes for a message.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    /// <summary>PostgreSQL writes to disk what it has not waited for within three times its <c>wal_writer_delay</c>, 0.6 seconds; in milliseconds.</summary>
    private const int Fresh = 3000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly NpgsqlDataSource _database;
    private readonly WorkSignal _signal;
    private readonly IEnumerable<IDeliveryRule> _rules;
    private readonly TimeProvider _time;
    private readonly ILogger<OutboxResults> _logger;
    private readonly Together<DeliveryResult, DeliveryResult> _together;
    private readonly Queue<(DeliveryResult Result, long Until)> _fresh = new();
    private readonly SemaphoreSlim _allHere = new(0);
    private int _lanes;
    private int _onTheWay;

    /// <summary>One for a process, so that its lanes share commits.</summary>
    public OutboxResults(
        NpgsqlDataSource database,
        IEnumerable<IDeliveryRule> rules,
        WorkSignal signal,
        TimeProvider time,
        ILogger<OutboxResults> logger
    )
    {
        signal.Hear(_ => { }, connected: WriteFreshAgain);
        (_database, _rules, _signal, _time, _logger) = (database, rules, signal, time, logger);
        _together = new(AtOnce, WriteAllAsync, concernsAll: _ => false, GatherAsync);
    }

    /// <summary>A message is on its way, and its result comes soon: those that go at the same time share a commit.</summary>
    public void Expect() => Interlocked.Increment(ref _onTheWay);

    /// <summary>What became of it is with <see cref="WriteAsync(DeliveryResult)"/>, or nothing will be.</summary>
    public void ExpectNoLonger()
    {
        if (Interlocked.Decrement(ref _onTheWay) == 0 && _allHere.CurrentCount == 0)
            _allHere.Release();
    }

    /// <summary>One more that sends, one message after the other.</summary>
    public void AddLane() => Interlocked.Increment(ref _lanes);

    /// <summary>
    /// While all lanes are at work, the next batch has a result of each. Otherwise there is time: what comes within a moment shares a commit.
    /// </summary>
    private async ValueTask GatherAsync()
    {
        await _allHere.WaitAsync(TimeSpan.Zero); // of an earlier time
        var onTheWay = Volatile.Read(ref _onTheWay);
        if (onTheWay == 0)
            return;
        if (onTheWay + _together.Waiting < _lanes)
            await Task.Delay(Moment);
        else
            await _allHere.WaitAsync(2 * Moment);
    }

    /// <summary>Completes when it is committed. Changes nothing if the claim no longer holds.</summary>
    public async Task WriteAsync(DeliveryResult result)
    {
        try
        {
            await _together.RunAsync(result);
        }
        catch (Exception error)
        {
            Log.NotWritten(_logger, result.Message.Id, error);
            throw;
        }
    }

    /// <summary>Writes them, however long the database is down.</summary>
    private async Task<IReadOnlyList<DeliveryResult>> WriteAllAsync(IReadOnlyList<DeliveryResult> results)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await WriteAsync([.. results]);
                return results;
            }
            catch (Exception error) when (Sql.IsPassing(error))
            {
                Log.Remembered(_logger, results.Count, error.Message);
                await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private async Task WriteAsync(DeliveryResult[] results)
    {
        await using var batch = _database.CreateBatch();
        batch.ByIndex(flush: false);
        var written = new DeliveryResults(batch, results, _time.GetUtcNow());
        Data.Sql.Add(
            batch,
            $"""
            update outbox set state = result.state, attempts = attempts - result.untried, next_attempt_at = result.next_attempt_at,
                last_error = case when result.untried = 1 then last_error else result.error end, waits_for_server = result.waits,
                sent_at = case result.state when 'sent' then $1 else sent_at end,
                failed_at = case result.state when 'failed' then $1 else failed_at end,
                tries = case when result.untried = 0 and result.error is not null and result.state in ('queued', 'failed')
                    then {OutboxClaims.Table.WithTry("$1", "result.error")} else tries end,
                claim = $2, claimed_by = null, leased_until = null
            from unnest($3, $4, $5, $6, $7, $8, $9) result (id, claim, state, error, next_attempt_at, waits, untried)
            where outbox.id = result.id and outbox.claim = result.claim and outbox.state = 'sending'
            """,
            Sql.Value(written.Now),
            Sql.Value(written.Mark),
            Sql.Value(Array.ConvertAll(results, result => result.Message.Id)),
            Sql.Value(Array.ConvertAll(results, result => result.Message.Claim)),
            Sql.Value(Array.ConvertAll(results, result => result.State.ToWire())),
            Sql.Value(Array.ConvertAll(results, result => result.Error)),
            Sql.Value(Array.ConvertAll(results, result => result.NextAttemptAt)),
            Sql.Value(Array.ConvertAll(results, result => result.WaitsForServer)),
            Sql.Value(Array.ConvertAll(results, result => result.Untried ? 1 : 0))
        );
        foreach (var rule in _rules)
            rule.Settled(written);
        await written.RunAsync(CancellationToken.None);
        if (results.Any(result => result.NextAttemptAt > written.Now))
            _signal.Ring(WorkSignal.Later);
        Remember(results);
    }

    private void Remember(DeliveryResult[] results)
    {
        var now = Environment.TickCount64;
        lock (_fresh)
        {
            while (_fresh.TryPeek(out var oldest) && oldest.Until < now)
                _fresh.Dequeue();
            foreach (var result in results)
                _fresh.Enqueue((result, now + Fresh));
        }
    }

    /// <summary>The line to the database is back: if it has crashed, it may have forgotten them. What it remembers does not change.</summary>
    private void WriteFreshAgain()
    {
        List<DeliveryResult> fresh;
        lock (_fresh)
            fresh = [.. _fresh.Select(each => each.Result)];
        foreach (var result in fresh)
            _ = WriteAsync(result);
    }

    /// <inheritdoc />
    public void Dispose() => _allHere.Dispose();

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "What became of {Count} messages cannot be written down yet and is kept in mind: {Reason}"
        )]
        public static partial void Remembered(ILogger logger, int count, string reason);

        [LoggerMessage(2, LogLevel.Error, "What became of message {Id} cannot be written down")]
        public static partial void NotWritten(ILogger logger, Guid id, Exception error);
    }
}
