using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Lets an administrator release a file from quarantine, because scanners err.</summary>
public sealed class ReleaseResume(AnteroomDb db, LeadsInSight inSight, Changes changes, TimeProvider time)
{
    /// <summary>Releases a file of a lead; does nothing if it is not held back.</summary>
    /// <param name="number">The lead's number.</param>
    /// <param name="document">The file; null for the lead's own resume.</param>
    /// <param name="by">Who releases it.</param>
    /// <param name="cancellation">Stops before anything is changed.</param>
    /// <returns>False when there is no such lead or file, or the user may not see it.</returns>
    public async Task<bool> RunAsync(long number, Guid? document, CurrentUser by, CancellationToken cancellation)
    {
        var leads = inSight.Of(by).Where(lead => lead.Number == number).Select(lead => lead.Id);
        var resume = document is { } id
            ? await db
                .Resumes.IgnoreQueryFilters([ResumeConfiguration.OwnOnly])
                .SingleOrDefaultAsync(file => file.Id == id && leads.Contains(file.LeadId), cancellation)
            : await db.Resumes.SingleOrDefaultAsync(file => leads.Contains(file.LeadId), cancellation);
        if (resume is null)
            return document is null && await leads.AnyAsync(cancellation);
        if (!resume.IsHeldBack)
            return true;

        var what = resume.AddedAt is null ? "the resume" : $"the file “{resume.FileName}”";
        db.Entry(resume).Property(file => file.ScanState).CurrentValue = resume.ScanFinding is null
            ? ScanState.Unscanned
            : ScanState.Clean;
        db.Record(
            Actor.Of(by),
            resume.LeadId,
            "resume_released",
            resume.ScanFinding is { } finding
                ? $"released {what} from quarantine, in spite of {finding}"
                : $"released {what} without a scan",
            Sql.Instant(time.GetUtcNow())
        );
        await db.SaveChangesAsync(cancellation);
        changes.Publish(number);
        return true;
    }
}
