using System.Globalization;

namespace Anteroom.Live;

/// <summary>Which leads changed.</summary>
/// <param name="Leads">Their numbers, at most <see cref="Most"/>; null for more, or if unknown.</param>
public sealed record Change(IReadOnlySet<long>? Leads)
{
    /// <summary>Leads that are named one by one, at most.</summary>
    public const int Most = 100;

    /// <summary>Anything may have changed.</summary>
    public static Change Everything { get; } = new((IReadOnlySet<long>?)null);

    /// <summary>For other nodes: <c>42,43</c>, or <c>*</c>. At most 2,000 characters.</summary>
    public override string ToString() =>
        Leads is null ? "*" : string.Join(',', Leads.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Parses <see cref="ToString"/>; anything else, from a newer node, means everything.</summary>
    public static Change Parse(string text)
    {
        var numbers = new HashSet<long>();
        foreach (var part in text.Split(','))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return Everything;
            numbers.Add(number);
        }

        return new Change(numbers);
    }
}
