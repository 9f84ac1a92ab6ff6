using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Has the text of resumes read again: after a failure, or since more can be read than before. What is known stays until the new text is
/// there, and an encoding that a person has chosen stays chosen.
/// </summary>
public sealed class ReadAgain(
    NpgsqlDataSource database,
    WorkSignal signal,
    AuditLog audit,
    IOptions<ReadingOptions> options,
    TimeProvider time
)
{
    private const string Subjects = "select id from resumes where deleted_at is null and ($4 is null or id = $4)";

    /// <summary>Whether texts are read in the background at all.</summary>
    public bool IsOn => options.Value.Enabled;

    /// <summary>One; it is the next.</summary>
    public async Task OneAsync(Resume resume, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resume);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = connection.CreateBatch();
        batch.QueueAgain(WorkKind.ReadResume, Subjects, resume.Id, Sql.Instant(time.GetUtcNow()));
        await batch.ExecuteNonQueryAsync(cancellation);
        signal.Poke(WorkKind.ReadResume.ToWire());
    }

    /// <summary>All, the newest first; the audit log says who wanted it. Returns how many.</summary>
    public async Task<int> AllAsync(CurrentUser by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var queue = connection.CreateBatch();
        queue.QueueAgain(WorkKind.ReadResume, Subjects, only: null, Sql.Instant(time.GetUtcNow()));
        var resumes = await queue.ExecuteNonQueryAsync(cancellation);
        await using var line = connection.CreateBatch();
        audit.Write(
            line,
            AuditKind.QueueSettled,
            string.Create(CultureInfo.InvariantCulture, $"had the text of {resumes:N0} resumes read again"),
            "work.read_resume",
            by: by
        );
        await line.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkKind.ReadResume.ToWire());
        return resumes;
    }
}
