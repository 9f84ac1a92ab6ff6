using Anteroom.Http;

namespace Anteroom.Accounts;

/// <summary>What a request tells of the device it comes from.</summary>
/// <param name="UserAgent">As the browser calls itself, at most 300 characters; null when it does not.</param>
/// <param name="Address">Where it comes from, as limits count it.</param>
public sealed record Visitor(string? UserAgent, string? Address)
{
    private const int LongestAgent = 300;

    /// <summary>Whose request it is.</summary>
    public static Visitor Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var agent = string.Concat(
            context.Request.Headers.UserAgent.ToString().Where(sign => sign is >= ' ' and <= '~')
        );
        return new(agent.Length == 0 ? null : agent[..Math.Min(agent.Length, LongestAgent)], ClientAddress.Of(context));
    }

    /// <summary><c>Firefox on Windows</c>, for people to recognize; what a program calls itself, as it says it.</summary>
    public static Sentence Device(string? userAgent)
    {
        if (userAgent is null)
            return "Unknown device";
        // The order matters: most browsers also name those before them.
        var browser = First(
            userAgent,
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari")
        );
        var system = First(
            userAgent,
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("CrOS", "ChromeOS"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux")
        );
        return (browser, system) switch
        {
            (null, null) => userAgent.Split(' ')[0] is var program && program.Length <= 40 ? program : program[..40],
            (null, _) => system,
            (_, null) => browser,
            _ => $"{browser} on {system}",
        };
    }

    private static string? First(string text, params ReadOnlySpan<(string Part, string Name)> known)
    {
        foreach (var (part, name) in known)
            if (text.Contains(part, StringComparison.Ordinal))
                return name;
        return null;
    }
}
