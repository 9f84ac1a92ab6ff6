using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>The orders of a list, and how a page of each goes on. Every one is carried by an index that ends in the number.</summary>
internal static class LeadOrders
{
    /// <summary>Whether the smallest key comes first.</summary>
    public static bool IsAscending(this LeadOrder order) =>
        order is LeadOrder.Oldest or LeadOrder.Name or LeadOrder.Unchanged or LeadOrder.Waiting;

    /// <summary>Whether the number alone is the key.</summary>
    public static bool IsByNumber(this LeadOrder order) =>
        order is LeadOrder.Newest or LeadOrder.Oldest or LeadOrder.Waiting;

    /// <summary>Whether the time of the last change is a part of the key.</summary>
    public static bool IsByChange(this LeadOrder order) => order is LeadOrder.Changed or LeadOrder.Unchanged;

    /// <summary>In order, or in the opposite one.</summary>
    public static IQueryable<Lead> In(this IQueryable<Lead> leads, LeadOrder order, bool opposite)
    {
        var ascending = order.IsAscending() != opposite;
        return order switch
        {
            LeadOrder.Name or LeadOrder.NameBackwards => ascending
                ? leads.OrderBy(lead => lead.LastName).ThenBy(lead => lead.FirstName).ThenBy(lead => lead.Number)
                : leads
                    .OrderByDescending(lead => lead.LastName)
                    .ThenByDescending(lead => lead.FirstName)
                    .ThenByDescending(lead => lead.Number),
            LeadOrder.Changed or LeadOrder.Unchanged => ascending
                ? leads.OrderBy(lead => lead.UpdatedAt).ThenBy(lead => lead.Number)
                : leads.OrderByDescending(lead => lead.UpdatedAt).ThenByDescending(lead => lead.Number),
            _ => ascending ? leads.OrderBy(lead => lead.Number) : leads.OrderByDescending(lead => lead.Number),
        };
    }

    /// <summary>Those with a larger, or a smaller, key. By name, the key's names are read first: they stand in no address.</summary>
    public static async Task<IQueryable<Lead>> BeyondAsync(
        this IQueryable<Lead> leads,
        LeadOrder order,
        LeadKey key,
        bool larger,
        AnteroomDb db,
        CancellationToken cancellation
    )
    {
        if (order.IsByNumber())
            return larger
                ? leads.Where(lead => lead.Number > key.Number)
                : leads.Where(lead => lead.Number < key.Number);
        if (order.IsByChange())
        {
            var at = key.At ?? DateTimeOffset.UnixEpoch;
            return larger
                ? leads.Where(lead =>
                    EF.Functions.GreaterThan(
                        ValueTuple.Create(lead.UpdatedAt, lead.Number),
                        ValueTuple.Create(at, key.Number)
                    )
                )
                : leads.Where(lead =>
                    EF.Functions.LessThan(
                        ValueTuple.Create(lead.UpdatedAt, lead.Number),
                        ValueTuple.Create(at, key.Number)
                    )
                );
        }

        var names = await db
            .Leads.IgnoreQueryFilters([LeadConfiguration.Trash])
            .Where(lead => lead.Number == key.Number)
            .Select(lead => new { lead.LastName, lead.FirstName })
            .SingleOrDefaultAsync(cancellation);
        var (last, first) = (names?.LastName ?? "", names?.FirstName ?? "");
        return larger
            ? leads.Where(lead =>
                EF.Functions.GreaterThan(
                    ValueTuple.Create(lead.LastName, lead.FirstName, lead.Number),
                    ValueTuple.Create(last, first, key.Number)
                )
            )
            : leads.Where(lead =>
                EF.Functions.LessThan(
                    ValueTuple.Create(lead.LastName, lead.FirstName, lead.Number),
                    ValueTuple.Create(last, first, key.Number)
                )
            );
    }
}
