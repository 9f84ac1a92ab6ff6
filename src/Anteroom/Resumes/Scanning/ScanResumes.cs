using Anteroom.Data;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Scans each new resume for viruses, after the prospect has the answer. While the scanner is down, the work is retried like any other,
/// and nobody can open the file.
/// </summary>
internal sealed class ScanResumes(IResumeStore store, VirusScan scanner, IOptions<ScannerOptions> options) : IWork
{
    /// <inheritdoc />
    public WorkKind Kind => WorkKind.ScanResume;

    /// <summary>One: scans are slow, and the failure of one must not affect others.</summary>
    public int BatchSize => 1;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        foreach (var item in turn.Items)
            if (await FindAsync(turn, item.Subject, cancellation) is { } file)
                await ScanAsync(turn, item.Subject, file, cancellation);
    }

    private async Task ScanAsync(WorkTurn turn, Guid resume, Waiting file, CancellationToken cancellation)
    {
        await turn.Connection.AllowSilenceAsync(options.Value.Timeout, cancellation);
        var (state, finding, summary) = await LookAsync(file.StorageKey, cancellation) switch
        {
            ScanResult.Clean => (ScanState.Clean, null, null),
            ScanResult.Found found => (
                ScanState.Quarantined,
                found.Name,
                $"put {file.What} into quarantine: the virus scanner found {found.Name}"
            ),
            ScanResult.TooLarge => (
                ScanState.Unscanned,
                null,
                $"could not have {file.What} scanned for viruses: it is too large for the scanner"
            ),
            // Switched off meanwhile, or the file is missing, which everybody who opens it will see.
            _ => (ScanState.Unscanned, (string?)null, (string?)null),
        };
        await turn.Connection.EndSilenceAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"""
            with scanned as (
                update resumes set scan_state = $2, scan_finding = $3 where id = $1 and scan_state = 'waiting' returning lead_id
            )
            {RecordActivity.InsertEach(
                "select $4 id, lead_id, 'resume_scanned' kind, 'Anteroom' actor, $5 summary, $6 at from scanned where $5 is not null"
            )}
            """,
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(resume));
        command.Parameters.Add(Sql.Value(state.ToWire()));
        command.Parameters.Add(Sql.Value(finding));
        command.Parameters.Add(Sql.Value(Guid.CreateVersion7(turn.Now)));
        command.Parameters.Add(Sql.Value(summary));
        command.Parameters.Add(Sql.Value(turn.Now));
        await command.ExecuteNonQueryAsync(cancellation);
        turn.Changed.Add(file.Number);
    }

    private async Task<ScanResult?> LookAsync(string key, CancellationToken cancellation)
    {
        if (!scanner.IsOn || await store.OpenAsync(key, cancellation) is not { } content)
            return null;
        await using (content)
            return await scanner.RunAsync(content, cancellation);
    }

    // Null: erased, deleted, or released by an administrator.
    private static Task<Waiting?> FindAsync(WorkTurn turn, Guid resume, CancellationToken cancellation) =>
        turn.Connection.QueryOneAsync<Waiting>(
            """
            select storage_key, number, added_at is not null as is_added, file_name from resumes join leads on leads.id = lead_id
            where resumes.id = $1 and scan_state = 'waiting' and resumes.deleted_at is null
            """,
            cancellation,
            Sql.Value(resume)
        );

    private sealed record Waiting(string StorageKey, long Number, bool IsAdded, string FileName)
    {
        public string What => IsAdded ? $"the file “{FileName}”" : "the resume";
    }
}
