using System.Globalization;
using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>The list's question as it stands in its address: <c>?q=&amp;status=&amp;before=&amp;after=</c>.</summary>
public sealed record ListQuery(string? Search, LeadStatus? Status, long? Before, long? After)
{
    /// <summary>Characters of a search, at most.</summary>
    public const int LongestSearch = 200;

    /// <summary>
    /// Reads an address; when a value cannot be meant, <paramref name="problem"/> says what would be right and the result
    /// is null.
    /// </summary>
    public static ListQuery? Read(string? q, string? status, string? before, string? after, out string? problem)
    {
        problem = null;
        LeadStatus? wanted = null;
        var search = string.IsNullOrWhiteSpace(q) ? null : q.Trim();

        if (search is not null && (search.Length > LongestSearch || search.Any(char.IsControl)))
            problem = $"A search is one line of at most {LongestSearch} characters.";
        if (!string.IsNullOrEmpty(status))
        {
            if (WireName.TryParse(status, out LeadStatus known))
                wanted = known;
            else
                problem =
                    $"There is no status of that name. It is one of {string.Join(", ", LeadStatusNames.All.Select(WireName.ToWire))}.";
        }

        var older = Key(before, "before", ref problem);
        var newer = Key(after, "after", ref problem);
        if (older is not null && newer is not null)
            problem = "A page is either before or after a lead, not both.";
        return problem is null ? new ListQuery(search, wanted, older, newer) : null;
    }

    /// <summary>The same question as the use case takes it.</summary>
    public LeadFilter ToFilter() =>
        new()
        {
            Status = Status,
            Search = Search,
            Before = Before,
            After = After,
        };

    /// <summary>The address of this question.</summary>
    public string ToAddress()
    {
        var query = new QueryString();
        if (Search is not null)
            query = query.Add("q", Search);
        if (Status is { } status)
            query = query.Add("status", status.ToWire());
        if (Before is { } before)
            query = query.Add("before", before.ToString(CultureInfo.InvariantCulture));
        if (After is { } after)
            query = query.Add("after", after.ToString(CultureInfo.InvariantCulture));
        return "/leads" + query;
    }

    private static long? Key(string? text, string name, ref string? problem)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;

        problem = $"“{name}” is the number of a lead, as {name}=120.";
        return null;
    }
}
