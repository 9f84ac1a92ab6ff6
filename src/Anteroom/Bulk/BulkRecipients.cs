using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Bulk;

/// <summary>Whom a filter reaches at this moment.</summary>
/// <param name="Leads">Who gets the email, the newest lead first.</param>
/// <param name="OptedOut">Leads that are left out because they have opted out.</param>
/// <param name="Unreachable">Leads that are left out because their address does not work.</param>
/// <param name="Duplicates">Leads that are left out because a newer one has the same address.</param>
public sealed record BulkAudience(IReadOnlyList<Guid> Leads, int OptedOut, int Unreachable, int Duplicates)
{
    /// <summary>How many emails there will be.</summary>
    public int Count => Leads.Count;

    /// <summary>How many leads match the filter.</summary>
    public int Matching => Count + OptedOut + Unreachable + Duplicates;
}

/// <summary>Finds the recipients of a filter.</summary>
public sealed class BulkRecipients(AnteroomDb db, LeadQueries leads, IOptions<FirmOptions> firm, TimeProvider time)
{
    /// <summary>A mailing goes to no more people than these.</summary>
    public const int Most = 100_000;

    /// <summary>
    /// One statement. Each address gets one email, by its newest lead. An address does not work when an email to it was refused
    /// (<see cref="Lead.NeedsCall"/>), or when it is none.
    /// </summary>
    public async Task<BulkAudience> FindAsync(LeadFilter filter, CurrentUser user, CancellationToken cancellation)
    {
#pragma warning disable CA1304, CA1311, CA1862, MA0011 // for the database: lower(), as OptOuts compares
        var rows = await leads
            .Matching(filter.ToLeadQuery(time.GetUtcNow(), firm.Value.Zone), user, Most + 1)
            .Select(lead => new
            {
                lead.Id,
                Address = lead.Email.ToLower(),
                lead.NeedsCall,
                OptedOut = db.Set<OptOut>().Any(optOut => optOut.Address == lead.Email.ToLower()),
            })
            .ToListAsync(cancellation);
#pragma warning restore CA1304, CA1311, CA1862, MA0011
        var chosen = new List<Guid>(rows.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (optedOut, unreachable, duplicates) = (0, 0, 0);
        foreach (var row in rows)
            if (row.OptedOut)
                optedOut++;
            else if (row.NeedsCall || !EmailAddress.TryParse(row.Address, out _, out _))
                unreachable++;
            else if (!seen.Add(row.Address))
                duplicates++;
            else
                chosen.Add(row.Id);
        return new BulkAudience(chosen, optedOut, unreachable, duplicates);
    }
}
