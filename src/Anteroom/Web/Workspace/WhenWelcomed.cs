using Anteroom.Outreach;

namespace Anteroom.Web.Workspace;

/// <summary>When, and in whose name, assigning a late lead sends its welcome email.</summary>
internal static class WhenWelcomed
{
    /// <summary>What follows “sends the welcome email”.</summary>
    /// <param name="promise">The firm's hours.</param>
    /// <param name="now">The present.</param>
    /// <param name="attorney">Whose name; null for whoever is chosen.</param>
    public static string Say(Promise promise, DateTimeOffset now, string? attorney = null)
    {
        var name = attorney is null ? T["in the attorney’s name"] : T["in the name of {0}", attorney];
        return promise.HeldUntil(now) is { } opens
                ? T["when the firm opens {0}, {1}", FirmTime.Say(opens, now, promise.Hours!.Zone), name]
            : promise.WritesInFirmsName(now) ? T["now, in the firm’s name"]
            : T["now, {0}", name];
    }
}
