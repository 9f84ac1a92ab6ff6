using System.Globalization;
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
                ? "All leads"
                : string.Join(" or ", filter.Statuses.Select(status => status.ToLabel())),
        };
        if (filter.PracticeArea is { } area)
            words.Add($"about {area}");
        if (filter.Unassigned)
            words.Add("unassigned");
        if (filter.AssignedTo is { } owner)
            words.Add(
                $"of {attorneys.FirstOrDefault(attorney => attorney.User.Id == owner)?.User.FullName ?? "a former attorney"}"
            );
        if (filter.Search is { } search)
            words.Add($"found by “{search}”");
        if (filter.CreatedFrom is { } from)
            words.Add($"from {from}");
        if (filter.CreatedTo is { } to)
            words.Add($"to {to}");
        if (filter.Received is { } received)
            words.Add(
                received switch
                {
                    Received.Today => "received today",
                    Received.Week => "received within 7 days",
                    _ => "received within 30 days",
                }
            );
        if (filter.Source is { } source)
            words.Add($"through {source}");
        if (filter.Attention.Count > 0)
            words.Add("that need attention");
        if (filter.Tag is { } tag)
            words.Add($"tagged “{tag}”");
        if (filter.Numbers.Count > 0)
            words.Add(filter.Numbers.Count == 1 ? "one chosen" : $"{filter.Numbers.Count} chosen");
        return string.Join(", ", words);
    }

    /// <summary>A number with its noun: <c>1 person</c>, <c>1,200 people</c>.</summary>
    public static string People(int count) =>
        count == 1 ? "1 person" : string.Create(CultureInfo.CurrentCulture, $"{count:N0} people");

    public static string Duration(int count, int perMinute)
    {
        var minutes = (int)Math.Ceiling(count / (double)perMinute);
        return minutes <= 1 ? "about a minute"
            : minutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"about {minutes} minutes")
            : string.Create(CultureInfo.CurrentCulture, $"about {Math.Round(minutes / 60.0):N0} hours");
    }
}
