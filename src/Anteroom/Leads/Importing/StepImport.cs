using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Does the next step of an import: in the background, or at once for somebody at the terminal.</summary>
internal sealed class StepImport(
    CheckRows check,
    WriteRows write,
    RevertRows revert,
    IServiceScopeFactory scopes,
    NpgsqlDataSource database,
    IResumeStore store,
    Changes changes,
    TimeProvider time
) : IWork
{
    /// <inheritdoc />
    public WorkKind Kind => WorkKind.Import;

    /// <inheritdoc />
    public int BatchSize => 1;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        foreach (var item in turn.Items)
        {
            var files = new List<string>();
            var (more, moved) = await StepAsync(turn.Connection, item.Subject, turn.Now, files, cancellation);
            if (more)
                turn.NotYet(item, TimeSpan.Zero, "Some rows are done; it goes on.");
            turn.Afterwards.Add(() => AfterAsync(files, moved));
        }
    }

    /// <summary>Does all steps that are to be done, each in a transaction of its own.</summary>
    /// <param name="id">Which import.</param>
    /// <param name="progress">Told how many rows are done.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public async Task RunToEndAsync(Guid id, Action<int> progress, CancellationToken cancellation)
    {
        for (var more = true; more; )
        {
            cancellation.ThrowIfCancellationRequested();
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            var files = new List<string>();
            (more, var moved) = await StepAsync(connection, id, Sql.Instant(time.GetUtcNow()), files, cancellation);
            var seen = await connection.QueryOneAsync<int>(
                "select seen from imports where id = $1",
                cancellation,
                Sql.Value(id)
            );
            await transaction.CommitAsync(cancellation);
            await AfterAsync(files, moved);
            progress(seen);
        }
    }

    private async Task<(bool More, bool Moved)> StepAsync(
        NpgsqlConnection connection,
        Guid id,
        DateTimeOffset now,
        List<string> files,
        CancellationToken cancellation
    )
    {
        // One at a time, and what is read now stays so.
        await using (var hold = new NpgsqlCommand("select from imports where id = $1 for update", connection))
        {
            hold.Parameters.Add(Sql.Value(id));
            await hold.ExecuteNonQueryAsync(cancellation);
        }

        await using var scope = scopes.CreateAsyncScope();
        var import = await scope
            .ServiceProvider.GetRequiredService<AnteroomDb>()
            .Imports.AsNoTracking()
            .SingleOrDefaultAsync(one => one.Id == id, cancellation);
        return import?.State switch
        {
            ImportState.Checking => (await check.RunAsync(connection, import, now, cancellation), false),
            ImportState.Writing => (await write.RunAsync(connection, import, now, cancellation), true),
            ImportState.Reverting => (await revert.RunAsync(connection, import, now, files, cancellation), true),
            _ => (false, false),
        };
    }

    private async Task AfterAsync(List<string> files, bool moved)
    {
        if (moved)
            changes.PublishEverything();
        foreach (var key in files)
            await store.DeleteAsync(key, CancellationToken.None);
    }
}
