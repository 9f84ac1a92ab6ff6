using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Resumes;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Erases leads with everything about them: resume, files, emails, timeline, pending work. Each transaction leaves a certificate.
/// Leads on legal hold stay.
/// </summary>
/// <remarks>
/// Rows go first, in one transaction, then files: a process that dies in between leaves files that <see cref="RemoveOrphans"/> finds.
/// </remarks>
public sealed class EraseLeads(
    NpgsqlDataSource database,
    IResumeStore store,
    AuditLog audit,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    private const int BatchSize = 200;

    /// <summary>Erases the leads that match a condition, which must contain no user input; returns how many.</summary>
    /// <param name="condition">SQL over <c>leads</c>, with <c>$1</c> for the instant.</param>
    /// <param name="before">The instant, UTC.</param>
    /// <param name="reason">For the certificates; no personal data.</param>
    /// <param name="cancellation">Stops between batches.</param>
    internal async Task<int> RunAsync(
        string condition,
        DateTimeOffset before,
        string reason,
        CancellationToken cancellation
    )
    {
        var order = new ErasureOrder(reason, firm.Value.Name, By: null);
        var erased = 0;
        while (
            await EraseAsync($"{condition} and {LegalHold.IsFree}", Sql.Value(before), order, cancellation)
                is { Leads: > 0 } batch
        )
        {
            foreach (var key in batch.Files)
                await store.DeleteAsync(key, cancellation);
            erased += batch.Leads;
        }

        return erased;
    }

    /// <summary>Erases these leads, in the trash or not, unless one is on hold.</summary>
    /// <returns>The certificate's number; null when there was nothing that may be erased.</returns>
    public async Task<long?> RunAsync(
        IReadOnlyList<long> numbers,
        string reason,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var batch = await EraseAsync(
            $"number = any ($1) and {LegalHold.IsFree}",
            Sql.Value(numbers.ToArray()),
            new ErasureOrder(reason, firm.Value.Name, by),
            cancellation
        );
        foreach (var key in batch.Files)
            await store.DeleteAsync(key, cancellation);
        return batch.Certificate;
    }

    private async Task<Erased> EraseAsync(
        string condition,
        NpgsqlParameter value,
        ErasureOrder order,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var leads = await connection.QueryAsync<LeadKey>(
            $"select id, number from leads where {condition} order by number limit $2 for update skip locked",
            cancellation,
            value,
            Sql.Value(BatchSize)
        );
        if (leads.Count == 0)
            return new(0, [], null);
        var ids = leads.Select(lead => lead.Id).ToArray();
        var files = await connection.QueryAsync<FileRow>(
            "select id, case when deleted_at is null then storage_key end as key, encode(sha256, 'hex') as sha256 from resumes where lead_id = any ($1) for update",
            cancellation,
            Sql.Value(ids)
        );
        // After their rows are held, so that nothing is made of them any more.
        var copies = await connection.QueryAsync<string>(
            "select storage_key from resume_copies where resume_id = any ($1)",
            cancellation,
            Sql.Value(files.Select(file => file.Id).ToArray())
        );
        var rows = await ErasureCertificates.CountAsync(connection, ids, cancellation);
        await using (var erase = connection.CreateBatch())
        {
            WorkQueue.Forget(erase, [.. ids, .. files.Select(file => file.Id)]);
            // Foreign keys delete everything that refers to a lead.
            erase.Add("delete from leads where id = any ($1)", Sql.Value(ids));
            await erase.ExecuteNonQueryAsync(cancellation);
        }

        var certificate = await ErasureCertificates.WriteAsync(
            connection,
            audit,
            order,
            [.. leads.Select(lead => lead.Number)],
            rows,
            [.. files.Where(file => file.Key is not null).Select(file => file.Sha256)],
            Sql.Instant(time.GetUtcNow()),
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        return new(leads.Count, [.. files.Select(file => file.Key).OfType<string>(), .. copies], certificate);
    }

    private sealed record LeadKey(Guid Id, long Number);

    private sealed record FileRow(Guid Id, string? Key, string Sha256);

    private sealed record Erased(int Leads, List<string> Files, long? Certificate);
}
