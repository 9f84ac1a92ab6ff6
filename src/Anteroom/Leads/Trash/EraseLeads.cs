using Anteroom.Data;
using Anteroom.Resumes;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Erases leads with everything about them: resume, files, emails, timeline, pending work.</summary>
/// <remarks>
/// Rows go first, in one transaction, then files: a process that dies in between leaves files that <see cref="RemoveOrphans"/> finds.
/// </remarks>
internal static class EraseLeads
{
    private const int BatchSize = 200;

    /// <summary>Erases the leads that match a condition, which must contain no user input; returns how many.</summary>
    /// <param name="database">Where.</param>
    /// <param name="store">Where their files are.</param>
    /// <param name="condition">SQL over <c>leads</c>, with <c>$1</c> for the instant.</param>
    /// <param name="before">The instant, UTC.</param>
    /// <param name="cancellation">Stops between batches.</param>
    public static async Task<int> RunAsync(
        NpgsqlDataSource database,
        IResumeStore store,
        string condition,
        DateTimeOffset before,
        CancellationToken cancellation
    )
    {
        var erased = 0;
        while (await EraseAsync(database, condition, before, cancellation) is { Leads: > 0 } batch)
        {
            foreach (var key in batch.Files)
                await store.DeleteAsync(key, cancellation);
            erased += batch.Leads;
        }

        return erased;
    }

    private static async Task<(int Leads, List<string> Files)> EraseAsync(
        NpgsqlDataSource database,
        string condition,
        DateTimeOffset before,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var ids = await connection.QueryAsync<Guid>(
            $"select id from leads where {condition} order by number limit $2 for update skip locked",
            cancellation,
            Sql.Value(before),
            Sql.Value(BatchSize)
        );
        var files = await connection.QueryAsync<FileRow>(
            "select id, case when deleted_at is null then storage_key end as key from resumes where lead_id = any ($1) for update",
            cancellation,
            Sql.Value(ids.ToArray())
        );
        // After their rows are held, so that nothing is made of them any more.
        var copies = await connection.QueryAsync<string>(
            "select storage_key from resume_copies where resume_id = any ($1)",
            cancellation,
            Sql.Value(files.Select(file => file.Id).ToArray())
        );
        await using (var erase = connection.CreateBatch())
        {
            WorkQueue.Forget(erase, [.. ids, .. files.Select(file => file.Id)]);
            // Foreign keys delete everything that refers to a lead.
            erase.Add("delete from leads where id = any ($1)", Sql.Value(ids.ToArray()));
            await erase.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return (ids.Count, [.. files.Select(file => file.Key).OfType<string>(), .. copies]);
    }

    private sealed record FileRow(Guid Id, string? Key);
}
