using System.Globalization;
using Anteroom.Leads;
using Anteroom.Web.Workspace.List;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Web.Workspace;

/// <summary>
/// The query of the list and the board, as it stands in the address: the filter (<see cref="LeadFilter"/>), <c>sort</c>, the page
/// (<c>before</c> or <c>after</c> a lead), and <c>view</c>, the saved view it began with. A view alone means what the view says.
/// </summary>
public sealed record ListQuery
{
    /// <summary>In characters.</summary>
    public const int LongestSearch = LeadFilter.LongestSearch;

    private static readonly Dictionary<string, LeadSort> Orders = new(StringComparer.Ordinal)
    {
        ["-created_at"] = LeadSort.Newest,
        ["created_at"] = LeadSort.Oldest,
        ["name"] = LeadSort.Name,
        ["-name"] = LeadSort.NameBackwards,
        ["-updated_at"] = LeadSort.Changed,
        ["updated_at"] = LeadSort.Unchanged,
        ["waiting"] = LeadSort.Waiting,
    };

    // What a view alone does not say.
    private static readonly HashSet<string> NoQuestion = new(StringComparer.Ordinal) { "view", "before", "after" };

    /// <summary>Which leads.</summary>
    public LeadFilter Filter { get; init; } = LeadFilter.All;

    /// <summary>In which order.</summary>
    public LeadSort Order { get; init; }

    /// <summary>What the rows are put together by: <c>group</c>.</summary>
    public ListGroup Group { get; init; }

    /// <summary>The page: leads with a smaller key than this one.</summary>
    public LeadCursor? Before { get; init; }

    /// <summary>The page: leads with a larger key than this one.</summary>
    public LeadCursor? After { get; init; }

    /// <summary>The saved view it began with; null for none.</summary>
    public SavedView? View { get; init; }

    /// <summary>Whether it differs from the saved view that it began with.</summary>
    public bool IsChanged => View is not null && !string.Equals(View.Query, ToQuery(), StringComparison.Ordinal);

    /// <summary>The same query, from its first page.</summary>
    public ListQuery FirstPage => this with { Before = null, After = null };

    /// <summary>The saved view that an address names, whether or not it exists; null for none.</summary>
    public static Guid? ViewIn(string? query) =>
        Guid.TryParse(QueryHelpers.ParseQuery(query).GetValueOrDefault("view"), out var view) ? view : null;

    /// <summary>
    /// Reads an address; null when a value makes no sense, and <paramref name="problem"/> then says what would be right.
    /// </summary>
    /// <param name="query">The query of the address.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="view">The saved view that it names, if there is one.</param>
    /// <param name="problem">What is wrong.</param>
    public static ListQuery? Read(string? query, CurrentUser user, SavedView? view, out string? problem)
    {
        problem = null;
        var values = QueryHelpers.ParseQuery(query);
        var asks = view is not null && values.Keys.All(NoQuestion.Contains) ? view.Query : query;
        var filter = LeadFilter.Read(asks, user, out var errors);
        if (!errors.IsEmpty)
            problem = T.Say(errors.ByField.First().Value[0]);

        var sort = QueryHelpers.ParseQuery(asks).GetValueOrDefault("sort").LastOrDefault();
        var order = LeadSort.Newest;
        if (!string.IsNullOrEmpty(sort) && !Orders.TryGetValue(sort, out order))
            problem = T["“{0}” is one of {1}.", "sort", string.Join(", ", Orders.Keys)];
        var groups = QueryHelpers.ParseQuery(asks).GetValueOrDefault("group").LastOrDefault();
        var group = ListGroup.None;
        if (!string.IsNullOrEmpty(groups) && !WireName.TryParse(groups, out group))
            problem = T[
                "“{0}” is one of {1}.",
                "group",
                string.Join(", ", Enum.GetValues<ListGroup>().Select(one => one.ToWire()))
            ];
        var before = Key("before", order, values.GetValueOrDefault("before"), ref problem);
        var after = Key("after", order, values.GetValueOrDefault("after"), ref problem);
        if (before is not null && after is not null)
            problem = T["A page is either before or after a lead, not both."];
        return problem is null
            ? new ListQuery
            {
                Filter = filter,
                Order = order,
                Group = group,
                Before = before,
                After = after,
                View = view,
            }
            : null;
    }

    /// <summary>The same, as use cases take it.</summary>
    public LeadQuery ToLeadQuery(DateTimeOffset now, TimeZoneInfo zone) =>
        EffectiveFilter.ToLeadQuery(now, zone) with
        {
            Sort = Order,
            Before = Before,
            After = After,
        };

    /// <summary>The filter together with what the order implies: only those who wait can be sorted by how long they have waited.</summary>
    public LeadFilter EffectiveFilter =>
        Order == LeadSort.Waiting ? Filter with { Statuses = [LeadStatus.Registered] } : Filter;

    /// <summary>What is asked, without page and view, with its question mark; empty for all leads, newest first.</summary>
    public string ToQuery()
    {
        var query = new QueryString(Filter.ToQuery());
        if (Order != LeadSort.Newest)
            query = query.Add("sort", NameOf(Order));
        if (Group != ListGroup.None)
            query = query.Add("group", Group.ToWire());
        return query.ToString();
    }

    /// <summary>The address of this query.</summary>
    /// <param name="place"><c>/leads</c> or <c>/board</c>.</param>
    public string ToAddress(string place = "/leads")
    {
        var query = new QueryString(View is null || IsChanged ? ToQuery() : "");
        if (View is { } view)
        {
            // Nothing at all would be what the view says.
            if (IsChanged && !query.HasValue)
                query = query.Add("q", "");
            query = query.Add("view", view.Id.ToString());
        }

        if (Before is { } before)
            query = query.Add("before", Text(before));
        if (After is { } after)
            query = query.Add("after", Text(after));
        return place + query;
    }

    /// <summary>The address of a lead, which carries the query so that its page knows the neighbors.</summary>
    public string AddressOf(long number)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"/leads/{number}");
        return ToQuery() is { Length: > 1 } query ? address + QueryString.Create("view", query[1..]) : address;
    }

    /// <summary>The key of a lead in this order.</summary>
    public LeadCursor KeyOf(LeadRow lead) => new(lead.Number, Order.IsByChange() ? lead.UpdatedAt : null);

    /// <summary>The page further down.</summary>
    public ListQuery Below(LeadRow last) =>
        Order.IsAscending()
            ? this with
            {
                Before = null,
                After = KeyOf(last),
            }
            : this with
            {
                Before = KeyOf(last),
                After = null,
            };

    /// <summary>The page further up.</summary>
    public ListQuery Above(LeadRow first) =>
        Order.IsAscending()
            ? this with
            {
                Before = KeyOf(first),
                After = null,
            }
            : this with
            {
                Before = null,
                After = KeyOf(first),
            };

    /// <summary>The name of an order in the address.</summary>
    public static string NameOf(LeadSort order) => Orders.First(pair => pair.Value == order).Key;

    private static string Text(LeadCursor key) =>
        key.At is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"{key.Number}.{at.UtcTicks / TimeSpan.TicksPerMicrosecond}")
            : key.Number.ToString(CultureInfo.InvariantCulture);

    private static LeadCursor? Key(string name, LeadSort order, string? text, ref string? problem)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var parts = text.Split('.');
        if (parts.Length == (order.IsByChange() ? 2 : 1) && Whole(parts[0]) is { } number)
        {
            if (!order.IsByChange())
                return new LeadCursor(number);
            if (Whole(parts[1]) is { } at && at <= DateTimeOffset.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond)
                return new LeadCursor(number, new DateTimeOffset(at * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero));
        }

        problem = T["“{0}” is the number of a lead, as {0}=120.", name];
        return null;
    }

    private static long? Whole(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
