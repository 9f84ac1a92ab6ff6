using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>Queues background work about files that was done before.</summary>
internal sealed class QueueFilesAgain(NpgsqlDataSource database, WorkSignal signal, AuditLog audit, TimeProvider time)
{
    /// <summary>For one file; it is the next.</summary>
    /// <param name="kind">What is to be done.</param>
    /// <param name="subjects">SQL for <see cref="WorkQueue.QueueAgain"/>.</param>
    /// <param name="file">Which.</param>
    /// <param name="cancellation">Stops before anything is queued.</param>
    public async Task OneAsync(WorkKind kind, string subjects, Guid file, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = connection.CreateBatch();
        batch.QueueAgain(kind, subjects, file, Sql.Instant(time.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(cancellation);
        signal.Poke(kind.ToWire());
    }

    /// <summary>For all, the newest first; the audit log says who wanted it. Returns how many.</summary>
    public async Task<int> AllAsync(
        WorkKind kind,
        string subjects,
        Func<int, string> summary,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var queue = connection.CreateBatch();
        queue.QueueAgain(kind, subjects, only: null, Sql.Instant(time.GetUtcNow()));
        var files = await queue.ExecuteNonQueryAsync(cancellation);
        await using var line = connection.CreateBatch();
        audit.Write(line, AuditKind.QueueSettled, summary(files), $"work.{kind.ToWire()}", by: by);
        await line.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(kind.ToWire());
        return files;
    }
}
