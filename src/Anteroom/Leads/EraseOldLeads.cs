using System.Globalization;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Operations.Maintenance;
using Anteroom.Resumes;
using Anteroom.Schedule;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Erases leads after the firm's retention period with everything that is about them: resume, e-mails, timeline, what waits to be
/// done. Only those that nobody works on any more and who became no client: declined or lost, and not changed for so long.
/// </summary>
/// <remarks>
/// The rows go first, in one transaction; the files after it: a process that dies in between leaves files that
/// <see cref="RemoveOrphans"/> finds. The counts of leads follow by themselves, as with every other change.
/// </remarks>
public sealed class EraseOldLeads(
    NpgsqlDataSource database,
    IResumeStore store,
    Changes changes,
    IOptions<RetentionOptions> options,
    TimeProvider time
)
{
    private const int BatchSize = 200;

    /// <summary>Erases what is due.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (options.Value.EraseLeadsAfterDays is not ({ } days and > 0))
            return new JobReport("Off: Retention:EraseLeadsAfterDays is not set.");

        var before = time.GetUtcNow().AddDays(-days);
        var erased = 0;
        while (await EraseAsync(before, cancellation) is { Leads: > 0 } batch)
        {
            foreach (var key in batch.Files)
                await store.DeleteAsync(key, cancellation);
            changes.TellEverything();
            erased += batch.Leads;
        }

        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Erased {erased:N0} declined or lost leads without a change for {days:N0} days."
            )
        );
    }

    private async Task<(int Leads, List<string> Files)> EraseAsync(
        DateTimeOffset before,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var ids = await ReadAsync<Guid>(
            connection,
            """
            select id from leads where status in ('declined', 'lost') and updated_at < $1
            order by number limit $2 for update skip locked
            """,
            cancellation,
            Sql.Value(before),
            Sql.Value(BatchSize)
        );
        var files = await ReadAsync<string>(
            connection,
            "select storage_key from resumes where lead_id = any ($1) and deleted_at is null",
            cancellation,
            Sql.Value(ids.ToArray())
        );
        await using (var erase = connection.CreateBatch())
        {
            erase.Add("delete from work where subject = any ($1)", Sql.Value(ids.ToArray()));
            // Everything that refers to a lead goes with it by its foreign key.
            erase.Add("delete from leads where id = any ($1)", Sql.Value(ids.ToArray()));
            await erase.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return (ids.Count, files);
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection,
        string sql,
        CancellationToken cancellation,
        params NpgsqlParameter[] values
    )
    {
        await using var ask = new NpgsqlCommand(sql, connection);
        ask.Parameters.AddRange(values);
        var found = new List<T>();
        await using var reader = await ask.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetFieldValue<T>(0));
        return found;
    }
}
