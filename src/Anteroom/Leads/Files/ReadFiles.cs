using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Resumes;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A file that somebody of the firm added to a lead.</summary>
/// <param name="File">The file.</param>
/// <param name="AddedByName">Who added it.</param>
public sealed record LeadFile(Resume File, string AddedByName);

/// <summary>Reads the files that people of the firm added to a lead, without those that the retention rule has deleted.</summary>
public sealed class ReadFiles(AnteroomDb db, LeadsInSight inSight)
{
    /// <summary>All of a lead, the oldest first; null when there is no such lead, or the user may not see it.</summary>
    public async Task<IReadOnlyList<LeadFile>?> ListAsync(Guid lead, CurrentUser user, CancellationToken cancellation)
    {
        var files = await Of(lead, user).OrderBy(found => found.File.Id).ToListAsync(cancellation);
        return files.Count > 0 || await inSight.Of(user).AnyAsync(one => one.Id == lead, cancellation)
            ? [.. files.Select(found => new LeadFile(found.File, found.Name))]
            : null;
    }

    /// <summary>One; null when there is none, or the user may not see its lead.</summary>
    public async Task<LeadFile?> FindAsync(Guid lead, Guid file, CurrentUser user, CancellationToken cancellation) =>
        await Of(lead, user).SingleOrDefaultAsync(found => found.File.Id == file, cancellation) is { } one
            ? new LeadFile(one.File, one.Name)
            : null;

    private IQueryable<Found> Of(Guid lead, CurrentUser user)
    {
        var visible = inSight.Of(user).Select(one => one.Id);
        return db
            .Resumes.IgnoreQueryFilters([ResumeConfiguration.OwnOnly])
            .AsNoTracking()
            .Where(file =>
                file.LeadId == lead && file.AddedAt != null && file.DeletedAt == null && visible.Contains(file.LeadId)
            )
            .Join(
                db.Users,
                file => file.AddedBy,
                person => person.Id,
                (file, person) => new Found { File = file, Name = person.FullName }
            );
    }

    private sealed record Found
    {
        public required Resume File { get; init; }
        public required string Name { get; init; }
    }
}
