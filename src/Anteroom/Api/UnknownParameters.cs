namespace Anteroom.Api;

/// <summary>
/// A parameter that a list does not know is named rather than ignored: a filter with a slip in its name must not show everything. What
/// others add to addresses on the way is let through: <c>utm_…</c>, <c>gclid</c>, <c>fbclid</c>, <c>format</c> and <c>_</c>.
/// </summary>
internal static class UnknownParameters
{
    private static readonly string[] Tolerated = ["gclid", "fbclid", "format", "_"];

    /// <summary>Adds a sentence for each that is not among <paramref name="names"/> or their other <paramref name="spellings"/>.</summary>
    public static void AddTo(FieldErrors errors, IQueryCollection query, string[] names, params string[] spellings)
    {
        foreach (var name in query.Keys)
            if (
                !names.Contains(name, StringComparer.Ordinal)
                && !spellings.Contains(name, StringComparer.Ordinal)
                && !Tolerated.Contains(name, StringComparer.Ordinal)
                && !name.StartsWith("utm_", StringComparison.Ordinal)
            )
                errors.Add(name, $"There is no such parameter here. Known are {string.Join(", ", names)}.");
    }
}
