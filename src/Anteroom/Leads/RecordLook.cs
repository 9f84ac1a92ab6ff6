using System.Globalization;
using Anteroom.Data;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Writes into a lead's timeline who has looked at a resume and when: one line for each person and hour, however many parts of the file a
/// browser asks for.
/// </summary>
public sealed class RecordLook(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>Somebody looks at the lead's own resume, at one that came with a merged lead, or at a file that was added.</summary>
    public async Task RunAsync(Resume resume, CurrentUser by, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resume);
        var summary =
            resume.AddedAt is not null ? $"looked at the file “{resume.FileName}”"
            : resume.CameWith is { } number
                ? string.Create(CultureInfo.InvariantCulture, $"looked at the resume of lead {number}")
            : "looked at the resume";
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = connection.CreateBatch();
        batch.RecordUnlessRecent(
            new(resume.LeadId, "resume_viewed", Actor.Of(by), summary, Sql.Instant(time.GetUtcNow())),
            Again
        );
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
