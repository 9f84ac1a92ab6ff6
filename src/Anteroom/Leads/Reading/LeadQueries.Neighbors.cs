using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

public sealed partial class LeadQueries
{
    /// <summary>
    /// The leads before and after lead <paramref name="number"/> in a list; one statement where the number alone makes the order,
    /// else a few by key.
    /// </summary>
    public async Task<Neighbors> NeighborsAsync(
        LeadQuery query,
        long number,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        if (!query.Sort.IsByNumber())
            return new Neighbors(
                await BesideAsync(query, number, opposite: true, user, cancellation),
                await BesideAsync(query, number, opposite: false, user, cancellation)
            );
        var beside = await Beside(larger: true).Concat(Beside(larger: false)).ToListAsync(cancellation);
        long? larger = beside.Where(other => other > number).Select(other => (long?)other).Min();
        long? smaller = beside.Where(other => other < number).Select(other => (long?)other).Max();
        return query.Sort == LeadSort.Oldest ? new Neighbors(smaller, larger) : new Neighbors(larger, smaller);

        IQueryable<long> Beside(bool larger)
        {
            var all = inSight.Of(user).AsNoTracking();
            var leads = Filter(all, query);
            leads = larger ? leads.Where(lead => lead.Number > number) : leads.Where(lead => lead.Number < number);
            if (query.IsSearch)
            {
                var found = search.First(
                    leads,
                    unfiltered: !query.IsFiltered && !inSight.IsRestricted(user),
                    larger ? NumberRange.All with { After = number } : NumberRange.All with { Before = number },
                    query.Filter.Search!,
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
        LeadQuery query,
        long number,
        bool opposite,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var all = inSight.Of(user).AsNoTracking();
        DateTimeOffset? at = query.Sort.IsByChange()
            ? await all.Where(lead => lead.Number == number)
                .Select(lead => lead.UpdatedAt)
                .SingleOrDefaultAsync(cancellation)
            : null;
        var leads = await Filter(all, query)
            .BeyondAsync(
                query.Sort,
                new LeadCursor(number, at),
                larger: query.Sort.IsAscending() != opposite,
                db,
                cancellation
            );
        if (query.IsSearch)
        {
            var found = search.First(
                leads,
                unfiltered: false,
                NumberRange.All,
                query.Filter.Search!,
                newestFirst: true,
                MostCounted
            );
            leads = all.Where(lead => found.Contains(lead.Number) && lead.Number != number);
        }

        return await leads
            .In(query.Sort, opposite)
            .Select(lead => (long?)lead.Number)
            .FirstOrDefaultAsync(cancellation);
    }
}
