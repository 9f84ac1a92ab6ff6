using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Lets an administrator release a resume from quarantine, because scanners err.</summary>
public sealed class ReleaseResume(AnteroomDb db, LeadsInSight inSight, Changes changes, TimeProvider time)
{
    /// <summary>Releases the lead's own resume; does nothing if it is not quarantined.</summary>
    /// <returns>False when there is no such lead, or the user may not see it.</returns>
    public async Task<bool> RunAsync(long number, CurrentUser by, CancellationToken cancellation)
    {
        var lead = await inSight
            .Of(by)
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        if (lead is null)
            return false;
        if (lead.Resume is not { IsHeldBack: true } resume)
            return true;

        db.Entry(resume).Property(file => file.ScanState).CurrentValue = resume.ScanFinding is null
            ? ScanState.Unscanned
            : ScanState.Clean;
        db.Record(
            Actor.Of(by),
            lead.Id,
            "resume_released",
            resume.ScanFinding is { } finding
                ? $"released the resume from quarantine, in spite of {finding}"
                : "released the resume without a scan",
            Sql.Instant(time.GetUtcNow())
        );
        await db.SaveChangesAsync(cancellation);
        changes.Publish(number);
        return true;
    }
}
