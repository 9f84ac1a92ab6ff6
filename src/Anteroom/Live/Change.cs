using System.Globalization;

namespace Anteroom.Live;

/// <summary>Which leads changed.</summary>
/// <param name="Leads">Their numbers, at most <see cref="Most"/>; null when there are more, or when nobody knows which.</param>
public sealed record Change(IReadOnlySet<long>? Leads)
{
    /// <summary>More than this many are not named one by one.</summary>
    public const int Most = 100;

    /// <summary>Anything may have changed.</summary>
    public static Change Everything { get; } = new((IReadOnlySet<long>?)null);

    /// <summary>For other nodes: <c>42,43</c>, or <c>*</c>. At most 2,000 characters.</summary>
    public override string ToString() =>
        Leads is null ? "*" : string.Join(',', Leads.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Reads what <see cref="ToString"/> writes; what it does not understand (a newer node) is everything.</summary>
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
