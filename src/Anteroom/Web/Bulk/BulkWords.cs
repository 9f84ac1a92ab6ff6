using Anteroom.Leads;

namespace Anteroom.Web.Bulk;

/// <summary>How pages speak of mailings.</summary>
internal static class BulkWords
{
    /// <summary>A filter in words: <c>Registered or Reached out, about Family, “ada”</c>.</summary>
    public static string Of(LeadFilter filter, IReadOnlyList<Attorney> attorneys)
    {
        var words = new List<string>
        {
            filter.Statuses.Count == 0
                ? T["All leads"]
                : string.Join(T[" or "], filter.Statuses.Select(status => T[status.ToLabel()])),
        };
        if (filter.PracticeArea is { } area)
            words.Add(T["about {0}", area]);
        if (filter.Unassigned)
            words.Add(T["unassigned##leads"]);
        if (filter.AssignedTo is { } owner)
            words.Add(
                attorneys.FirstOrDefault(attorney => attorney.User.Id == owner) is { } attorney
                    ? T["of {0}##attorney", attorney.User.FullName]
                    : T["of a former attorney"]
            );
        if (filter.Search is { } search)
            words.Add(T["found by “{0}”", search]);
        if (filter.CreatedFrom is { } from)
            words.Add(T["from {0}##day", from]);
        if (filter.CreatedTo is { } to)
            words.Add(T["to {0}##day", to]);
        if (filter.Received is { } received)
            words.Add(
                received switch
                {
                    Received.Today => T["received today"],
                    Received.Week => T["received within 7 days"],
                    _ => T["received within 30 days"],
                }
            );
        if (filter.Source is { } source)
            words.Add(T["through {0}", source]);
        if (filter.Attention.Count > 0)
            words.Add(T["that need attention"]);
        if (filter.Tag is { } tag)
            words.Add(T["tagged “{0}”", tag]);
        if (filter.Numbers.Count > 0)
            words.Add(T.Many(filter.Numbers.Count, "one chosen", "{0} chosen"));
        return string.Join(", ", words);
    }

    /// <summary>How long it takes, roughly.</summary>
    public static string Duration(int count, int perMinute)
    {
        var minutes = (int)Math.Ceiling(count / (double)perMinute);
        return minutes <= 1 ? T["about a minute"]
            : minutes < 120 ? T["about {0} minutes", minutes]
            : T["about {0:N0} hours", Math.Round(minutes / 60.0)];
    }
}
