using System.Runtime.CompilerServices;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Audit;

/// <summary>What was found of a chain.</summary>
/// <param name="After">Where it begins; before it are only lines that the firm's retention removed.</param>
/// <param name="Head">How far it is good.</param>
/// <param name="Problem">The first line that is not as it was sealed, in a sentence; null when all is well.</param>
public sealed record AuditVerdict(AuditHead After, AuditHead Head, string? Problem);

/// <summary>Holds the audit log against its chain.</summary>
public sealed class VerifyAudit(NpgsqlDataSource database, SealAudit seal)
{
    /// <summary>Looks at every line.</summary>
    /// <param name="heads">What others wrote down of the chain, and who: a cut at the end shows by nothing else.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<AuditVerdict> RunAsync(
        IEnumerable<(AuditHead Head, string Who)> heads,
        CancellationToken cancellation
    )
    {
        await seal.RunAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            cancellation
        );
        var after = await BeginAsync(connection, cancellation);
        var check = new ChainCheck(after, heads);
        await foreach (var line in LinesAsync(connection, cancellation))
            if (check.Next(line) is { } problem)
                return new(after, check.Head, problem);
        var stray = await connection.QueryOneAsync<Guid?>(
            """
            select (
                select id from audit
                where not exists (select from audit_seals where entry_id = audit.id) and not exists (select from audit_unsealed where id = audit.id)
                order by id limit 1
            )
            """,
            cancellation
        );
        return new(
            after,
            check.Head,
            stray is { } id
                ? $"The line {id} is in the log and not in the chain: it was inserted past it."
                : check.End()
        );
    }

    /// <summary>Where the chain begins: at its first line, or after those that were removed last by retention.</summary>
    internal static async Task<AuditHead> BeginAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var removals = await connection.QueryAsync<string>(
            "select details::text from audit where kind = 'audit_trimmed' and details is not null order by id desc limit 1",
            cancellation
        );
        var first = await connection.QueryOneAsync<long?>("select min(seq) from audit_seals", cancellation);
        return first is > 1 && removals is [var last] && ChainCheck.Removal(last) is { } removal
            ? removal
            : AuditHead.None;
    }

    /// <summary>The chain, from its beginning.</summary>
    internal static async IAsyncEnumerable<SealedLine> LinesAsync(
        NpgsqlConnection connection,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select audit_seals.seq, audit_seals.sealed_at, encode(audit_seals.hash, 'hex'), audit_seals.entry_id, {LineRow.Columns}
            from audit_seals left join audit on audit.id = audit_seals.entry_id order by audit_seals.seq
            """,
            connection
        )
        {
            CommandTimeout = 0,
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            yield return new(
                reader.GetInt64(0),
                reader.GetFieldValue<DateTimeOffset>(1),
                reader.GetString(2),
                reader.GetGuid(3),
                reader.IsDBNull(4)
                    ? null
                    : new(
                        reader.GetFieldValue<DateTimeOffset>(4),
                        reader.IsDBNull(5) ? null : reader.GetGuid(5),
                        reader.GetString(6),
                        Text(7),
                        reader.GetString(8),
                        Text(9),
                        reader.GetString(10),
                        Text(11)
                    )
            );

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
