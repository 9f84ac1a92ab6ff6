namespace Anteroom.Live;

/// <summary>Requests that an open page makes by itself.</summary>
public static class LiveRequests
{
    /// <summary>The header that live.js sends when it fetches a page again.</summary>
    public const string Header = "X-Live";

    /// <summary>The address of the events.</summary>
    public const string Address = "/live";

    private static readonly object MarkKey = new();

    /// <summary>Remembers the moment before anything is read for a page (<see cref="Changes.Mark"/>).</summary>
    internal static void Begin(HttpContext context) =>
        context.Items[MarkKey] = context.RequestServices.GetRequiredService<Changes>().Mark;

    /// <summary>The moment that a page reflects; null when nobody is signed in.</summary>
    public static string? Mark(HttpContext context) => context.Items[MarkKey] as string;

    /// <summary>Whether this is one.</summary>
    public static bool AreFrom(HttpContext context) =>
        context.Request.Headers.ContainsKey(Header)
        || context.Request.Path.StartsWithSegments(Address, StringComparison.OrdinalIgnoreCase);
}
