using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

public sealed partial class ListLeads
{
    /// <summary>
    /// The leads before and after lead <paramref name="number"/> in a list; one statement where the number alone makes the order,
    /// else a few by key.
    /// </summary>
    public async Task<Neighbours> NeighboursAsync(
        LeadListing listing,
        long number,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        if (!listing.Order.IsByNumber())
            return new Neighbours(
                await BesideAsync(listing, number, opposite: true, user, cancellation),
                await BesideAsync(listing, number, opposite: false, user, cancellation)
            );
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

    /// <summary>The next lead in an order by name or change, or the one before.</summary>
    private async Task<long?> BesideAsync(
        LeadListing listing,
        long number,
        bool opposite,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var all = inSight.Of(user).AsNoTracking();
        DateTimeOffset? at = listing.Order.IsByChange()
            ? await all.Where(lead => lead.Number == number)
                .Select(lead => lead.UpdatedAt)
                .SingleOrDefaultAsync(cancellation)
            : null;
        var leads = await Filter(all, listing)
            .BeyondAsync(
                listing.Order,
                new LeadKey(number, at),
                larger: listing.Order.IsAscending() != opposite,
                db,
                cancellation
            );
        if (LeadSearch.IsAsked(listing.Search))
        {
            var found = leadSearch.First(
                leads,
                unfiltered: false,
                NumberRange.All,
                listing.Search!,
                newestFirst: true,
                ReadLeads.MostCounted
            );
            leads = all.Where(lead => found.Contains(lead.Number) && lead.Number != number);
        }

        return await leads
            .In(listing.Order, opposite)
            .Select(lead => (long?)lead.Number)
            .FirstOrDefaultAsync(cancellation);
    }
}
