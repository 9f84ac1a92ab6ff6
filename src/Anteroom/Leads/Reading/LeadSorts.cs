using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>How each order sorts, and how a page starts at a cursor.</summary>
internal static class LeadSorts
{
    /// <summary>Whether the smallest key comes first.</summary>
    public static bool IsAscending(this LeadSort sort) =>
        sort is LeadSort.Oldest or LeadSort.Name or LeadSort.Unchanged or LeadSort.Waiting;

    /// <summary>Whether the number alone is the cursor.</summary>
    public static bool IsByNumber(this LeadSort sort) => sort is LeadSort.Newest or LeadSort.Oldest or LeadSort.Waiting;

    /// <summary>Whether the time of the last change is a part of the cursor.</summary>
    public static bool IsByChange(this LeadSort sort) => sort is LeadSort.Changed or LeadSort.Unchanged;

    /// <summary>In order, or in the opposite one.</summary>
    public static IQueryable<Lead> In(this IQueryable<Lead> leads, LeadSort sort, bool opposite)
    {
        var ascending = sort.IsAscending() != opposite;
        return sort switch
        {
            LeadSort.Name or LeadSort.NameBackwards => ascending
                ? leads.OrderBy(lead => lead.LastName).ThenBy(lead => lead.FirstName).ThenBy(lead => lead.Number)
                : leads
                    .OrderByDescending(lead => lead.LastName)
                    .ThenByDescending(lead => lead.FirstName)
                    .ThenByDescending(lead => lead.Number),
            LeadSort.Changed or LeadSort.Unchanged => ascending
                ? leads.OrderBy(lead => lead.UpdatedAt).ThenBy(lead => lead.Number)
                : leads.OrderByDescending(lead => lead.UpdatedAt).ThenByDescending(lead => lead.Number),
            _ => ascending ? leads.OrderBy(lead => lead.Number) : leads.OrderByDescending(lead => lead.Number),
        };
    }

    /// <summary>Those with a larger, or a smaller, cursor. By name, the key's names are read first: they stand in no address.</summary>
    public static async Task<IQueryable<Lead>> BeyondAsync(
        this IQueryable<Lead> leads,
        LeadSort sort,
        LeadCursor cursor,
        bool larger,
        AnteroomDb db,
        CancellationToken cancellation
    )
    {
        if (sort.IsByNumber())
            return larger
                ? leads.Where(lead => lead.Number > cursor.Number)
                : leads.Where(lead => lead.Number < cursor.Number);
        if (sort.IsByChange())
        {
            var at = cursor.At ?? DateTimeOffset.UnixEpoch;
            return larger
                ? leads.Where(lead =>
                    EF.Functions.GreaterThan(
                        ValueTuple.Create(lead.UpdatedAt, lead.Number),
                        ValueTuple.Create(at, cursor.Number)
                    )
                )
                : leads.Where(lead =>
                    EF.Functions.LessThan(
                        ValueTuple.Create(lead.UpdatedAt, lead.Number),
                        ValueTuple.Create(at, cursor.Number)
                    )
                );
        }

        var names = await db
            .Leads.IgnoreQueryFilters([LeadConfiguration.Trash])
            .Where(lead => lead.Number == cursor.Number)
            .Select(lead => new { lead.LastName, lead.FirstName })
            .SingleOrDefaultAsync(cancellation);
        var (last, first) = (names?.LastName ?? "", names?.FirstName ?? "");
        return larger
            ? leads.Where(lead =>
                EF.Functions.GreaterThan(
                    ValueTuple.Create(lead.LastName, lead.FirstName, lead.Number),
                    ValueTuple.Create(last, first, cursor.Number)
                )
            )
            : leads.Where(lead =>
                EF.Functions.LessThan(
                    ValueTuple.Create(lead.LastName, lead.FirstName, lead.Number),
                    ValueTuple.Create(last, first, cursor.Number)
                )
            );
    }
}
