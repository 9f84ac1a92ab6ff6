using Anteroom.Data;
using Npgsql;

namespace Anteroom.Audit;

/// <summary>
/// Removes old lines from the beginning of the chain, and writes a line about it that says where the chain begins since.
/// </summary>
public sealed class TrimAudit(NpgsqlDataSource database, SealAudit seal, AuditLog audit)
{
    /// <summary>Removes the lines before the first that is not that old; returns how many.</summary>
    public async Task<long> RunAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await seal.RunAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // The last line of all stays, so that there is always one to go on from.
        var through = await connection.QueryOneAsync<Cut>(
            """
            select seq, encode(hash, 'hex') as hash from audit_seals
            where seq < coalesce(
                (select seq from audit_seals join audit on audit.id = entry_id where at >= $1 order by seq limit 1),
                (select max(seq) from audit_seals)
            )
            order by seq desc limit 1
            """,
            cancellation,
            Sql.Value(Sql.Instant(before))
        );
        if (through is null)
            return 0;
        await using (var permit = new NpgsqlCommand("select set_config('anteroom.removes', 'audit', true)", connection))
            await permit.ExecuteNonQueryAsync(cancellation);
        await using (
            var lines = new NpgsqlCommand(
                "delete from audit using audit_seals where entry_id = audit.id and seq <= $1",
                connection
            )
            {
                CommandTimeout = 0,
                Parameters = { Sql.Value(through.Seq) },
            }
        )
            await lines.ExecuteNonQueryAsync(cancellation);
        await using var batch = connection.CreateBatch();
        batch.Add("delete from audit_seals where seq <= $1", Sql.Value(through.Seq));
        var removed = await batch.ExecuteNonQueryAsync(cancellation);
        await using var last = connection.CreateBatch();
        audit.Write(
            last,
            AuditKind.AuditTrimmed,
            $"removed {Texts.Figure(removed)} lines of the audit log, older than the firm keeps them",
            after: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["through"] = new AuditHead(through.Seq, through.Hash).ToString(),
            }
        );
        await last.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return removed;
    }

    private sealed record Cut(long Seq, string Hash);
}
