using System.Linq.Expressions;
using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What the Django-style API shows of a lead.</summary>
public sealed record LeadSummary(
    long Number,
    string FirstName,
    string LastName,
    string Email,
    LeadStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
);

/// <summary>A piece of the list, newest first.</summary>
/// <param name="Rows">At most as many leads as asked for.</param>
/// <param name="Total">How many leads there are in all.</param>
public sealed record LeadSlice(IReadOnlyList<LeadSummary> Rows, long Total);

/// <summary>Reads leads for clients that page by offset and know leads by number.</summary>
public sealed class LeadSummaries(LeadsInSight inSight)
{
    /// <summary>
    /// Two statements: the rows, by the index on the number, and the count. Both grow with what they pass over: the count with
    /// the table, the rows with the offset.
    /// </summary>
    public async Task<LeadSlice> ListAsync(int limit, int offset, CurrentUser user, CancellationToken cancellation)
    {
        var leads = inSight.Of(user);
        var total = await leads.LongCountAsync(cancellation);
        var rows = await leads
            .OrderByDescending(lead => lead.Number)
            .Skip(offset)
            .Take(limit)
            .Select(Summary)
            .ToListAsync(cancellation);
        return new LeadSlice(rows, total);
    }

    /// <summary>One lead, one statement; null when there is none of that number.</summary>
    public Task<LeadSummary?> FindAsync(long number, CurrentUser user, CancellationToken cancellation) =>
        inSight.Of(user).Where(lead => lead.Number == number).Select(Summary).SingleOrDefaultAsync(cancellation);

    /// <summary>The lead whose resume the store keeps under a key, with the resume, one statement; null when there is none.</summary>
    public Task<Lead?> FindByResumeAsync(string storageKey, CurrentUser user, CancellationToken cancellation) =>
        inSight
            .Of(user)
            .AsNoTracking()
            .Include(lead => lead.Resume)
            .SingleOrDefaultAsync(lead => lead.Resume!.StorageKey == storageKey, cancellation);

    private static Expression<Func<Lead, LeadSummary>> Summary { get; } =
        lead => new LeadSummary(
            lead.Number,
            lead.FirstName,
            lead.LastName,
            lead.Email,
            lead.Status,
            lead.CreatedAt,
            lead.UpdatedAt
        );
}
