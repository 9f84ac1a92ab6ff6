using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Bulk;
using Anteroom.Leads;

namespace Anteroom.Web.Bulk;

/// <summary>How pages speak of mailings.</summary>
public static class BulkWords
{
    /// <summary>A filter in words: <c>Registered or Reached out, about Family, “ada”</c>.</summary>
    public static string Of(BulkFilter filter, IReadOnlyList<Attorney> attorneys)
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
            words.Add("that nobody has");
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
        return string.Join(", ", words);
    }

    /// <summary>A number with its noun: <c>1 person</c>, <c>1,200 people</c>.</summary>
    public static string People(int count) =>
        count == 1 ? "1 person" : string.Create(CultureInfo.CurrentCulture, $"{count:N0} people");

    /// <summary>How long it takes at a pace.</summary>
    public static string Duration(int count, int perMinute)
    {
        var minutes = (int)Math.Ceiling(count / (double)perMinute);
        return minutes <= 1 ? "about a minute"
            : minutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"about {minutes} minutes")
            : string.Create(CultureInfo.CurrentCulture, $"about {Math.Round(minutes / 60.0):N0} hours");
    }
}
