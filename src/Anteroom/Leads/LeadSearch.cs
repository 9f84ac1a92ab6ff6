using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What the search box and the APIs' <c>q</c> find.</summary>
internal static class LeadSearch
{
    private const string Escape = "\\";

    /// <summary>Every word must occur in name or address; <c>42</c> and <c>#42</c> also find lead 42.</summary>
    public static IQueryable<Lead> Matching(IQueryable<Lead> leads, string? search)
    {
        var words = SearchText.For(search).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (
            words is [var single]
            && long.TryParse(single.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            var digits = Like(single);
            return leads.Where(lead =>
                lead.Number == number
                || EF.Functions.Like(EF.Property<string>(lead, LeadConfiguration.SearchText), digits, Escape)
            );
        }

        foreach (var word in words)
        {
            var pattern = Like(word);
            leads = leads.Where(lead =>
                EF.Functions.Like(EF.Property<string>(lead, LeadConfiguration.SearchText), pattern, Escape)
            );
        }

        return leads;
    }

    private static string Like(string word) =>
        $"%{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
}
