using Anteroom.Data;
using Npgsql;

namespace Anteroom.Audit;

/// <summary>
/// Puts lines into the chain, in the order in which they are found: after their commit, so that who writes a line waits for nobody. One
/// at a time on all nodes.
/// </summary>
public sealed partial class SealAudit(NpgsqlDataSource database, TimeProvider time, ILogger<SealAudit> logger)
{
    private const int BatchSize = 1_000;

    /// <summary>Any number that only the chain uses as an advisory lock.</summary>
    private const long OneAtATime = 0x617564697473;

    /// <summary>Whether a line waits.</summary>
    public async Task<bool> IsDueAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select exists (select from audit_unsealed)");
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Seals every line that waits; how far the chain goes then.</summary>
    public async Task<AuditHead> RunAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.QueryOneAsync<bool>(
            "select pg_advisory_xact_lock($1) is null",
            cancellation,
            Sql.Value(OneAtATime)
        );
        var begin = await HeadAsync(connection, cancellation);
        var head = begin;
        var now = Sql.Instant(time.GetUtcNow());
        while (await TakeAsync(connection, cancellation) is { Count: > 0 } lines)
        {
            var seals = new List<AuditSeal>(lines.Count);
            foreach (var line in lines)
            {
                var hash = AuditChain.HashOf(head.Hash, head.Seq + 1, now, line.Id, line.ToLine());
                head = new(head.Seq + 1, hash);
                seals.Add(
                    new()
                    {
                        Seq = head.Seq,
                        EntryId = line.Id,
                        SealedAt = now,
                        Hash = Convert.FromHexString(hash),
                    }
                );
            }

            await using var batch = connection.CreateBatch();
            Insert.Add(batch, seals);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        if (head.Seq > begin.Seq)
            Sealed(logger, head);
        return head;
    }

    /// <summary>How far the chain goes.</summary>
    public static async Task<AuditHead> HeadAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        await connection.QueryOneAsync<HeadRow>(
            "select seq, encode(hash, 'hex') as hash from audit_seals order by seq desc limit 1",
            cancellation
        )
            is { } row
            ? new(row.Seq, row.Hash)
            : AuditHead.None;

    private sealed record HeadRow(long Seq, string Hash);

    private static readonly InsertRows<AuditSeal> Insert = new InsertRows<AuditSeal>("audit_seals")
        .Column("seq", seal => seal.Seq)
        .Column("entry_id", seal => seal.EntryId)
        .Column("sealed_at", seal => seal.SealedAt)
        .Column("hash", seal => seal.Hash);

    // A line that is gone before it was sealed gets a place all the same, which says so for good.
    private static Task<List<LineRow>> TakeAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.QueryAsync<LineRow>(
            $"""
            with taken as (
                delete from audit_unsealed where id in (select id from audit_unsealed order by id limit $1) returning id
            )
            select taken.id, {LineRow.Columns} from taken left join audit on audit.id = taken.id order by taken.id
            """,
            cancellation,
            Sql.Value(BatchSize)
        );

    // Where an intruder in the database cannot change it.
    [LoggerMessage(LogLevel.Information, "The audit log is sealed through {Head}")]
    private static partial void Sealed(ILogger logger, AuditHead head);
}

/// <summary>A line as it is read for its hash.</summary>
internal sealed record LineRow(
    Guid Id,
    DateTimeOffset? At,
    Guid? ActorId,
    string? Actor,
    string? Address,
    string? Kind,
    string? Subject,
    string? Summary,
    string? Details
)
{
    /// <summary>Its columns, but for the id, of a table or an alias <c>audit</c>.</summary>
    public const string Columns =
        "audit.at, audit.actor_id, audit.actor, audit.address, audit.kind, audit.subject, audit.summary, audit.details::text as details";

    /// <summary>Null when it is gone.</summary>
    public AuditLine? ToLine() =>
        At is { } at ? new(at, ActorId, Actor!, Address, Kind!, Subject, Summary!, Details) : null;
}

/// <summary>Seals what was written, half a minute later.</summary>
internal sealed partial class KeepSealing(SealAudit seal, TimeProvider time, ILogger<KeepSealing> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pause, time, stoppingToken);
                try
                {
                    if (await seal.IsDueAsync(stoppingToken))
                        await seal.RunAsync(stoppingToken);
                }
                catch (Exception error) when (Sql.IsPassing(error)) { }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    NotSealed(logger, error);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    [LoggerMessage(LogLevel.Error, "The audit log cannot be sealed")]
    private static partial void NotSealed(ILogger logger, Exception error);
}
