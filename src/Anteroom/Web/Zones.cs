namespace Anteroom.Web;

/// <summary>The time zones that people choose from, by their IANA names.</summary>
internal static class Zones
{
    /// <summary>UTC first, then by name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "UTC",
        .. TimeZoneInfo
            .GetSystemTimeZones()
            .Select(zone => zone.Id)
            .Where(id => id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The same, with the one in use though it is not among them.</summary>
    public static IEnumerable<string> With(string? inUse) =>
        string.IsNullOrEmpty(inUse) || All.Contains(inUse, StringComparer.Ordinal) ? All : [inUse, .. All];

    /// <summary>As people read it: <c>America/New York</c>.</summary>
    public static string ToLabel(string zone) => zone.Replace('_', ' ');
}
