using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

public sealed partial class ListLeads
{
    /// <summary>The leads before and after lead <paramref name="number"/> in a list; one statement.</summary>
    public async Task<Neighbours> NeighboursAsync(
        LeadListing listing,
        long number,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var beside = await Beside(larger: true).Concat(Beside(larger: false)).ToListAsync(cancellation);
        long? larger = beside.Where(other => other > number).Select(other => (long?)other).Min();
        long? smaller = beside.Where(other => other < number).Select(other => (long?)other).Max();
        return listing.Order == LeadOrder.Oldest ? new Neighbours(smaller, larger) : new Neighbours(larger, smaller);

        IQueryable<long> Beside(bool larger)
        {
            var all = inSight.Of(user).AsNoTracking();
            var leads = Filter(all, listing);
            leads = larger ? leads.Where(lead => lead.Number > number) : leads.Where(lead => lead.Number < number);
            if (LeadSearch.IsAsked(listing.Search))
            {
                var found = leadSearch.First(
                    leads,
                    unfiltered: !listing.IsFiltered && !inSight.IsRestricted(user),
                    larger ? NumberRange.All with { After = number } : NumberRange.All with { Before = number },
                    listing.Search!,
                    newestFirst: !larger,
                    limit: 1
                );
                leads = all.Where(lead => found.Contains(lead.Number) && lead.Number != number);
            }

            return (larger ? leads.OrderBy(lead => lead.Number) : leads.OrderByDescending(lead => lead.Number))
                .Take(1)
                .Select(lead => lead.Number);
        }
    }
}
