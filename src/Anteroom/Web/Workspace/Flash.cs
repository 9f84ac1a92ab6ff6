using System.Globalization;

namespace Anteroom.Web.Workspace;

/// <summary>What was done to a lead; the page knows the rest.</summary>
public enum Done
{
    /// <summary>It has another status now.</summary>
    Moved,

    /// <summary>It had that status already.</summary>
    AlreadyThere,

    /// <summary>It has another owner now, or none.</summary>
    Assigned,

    /// <summary>A note was written.</summary>
    Noted,

    /// <summary>A note was written, and whom it names gets an email.</summary>
    NotedAndTold,

    /// <summary>An email to the prospect is on its way.</summary>
    Written,

    /// <summary>An email goes out once more.</summary>
    SentAgain,

    /// <summary>A resume was taken out of quarantine.</summary>
    Released,

    /// <summary>A task was added.</summary>
    TaskAdded,

    /// <summary>A task was ticked off.</summary>
    TaskDone,

    /// <summary>A task is open again.</summary>
    TaskReopened,

    /// <summary>A tag was added.</summary>
    Tagged,

    /// <summary>A tag was taken off.</summary>
    Untagged,

    /// <summary>The facts were corrected.</summary>
    Edited,

    /// <summary>Everything was as it should be already.</summary>
    NothingEdited,

    /// <summary>Two leads are one now.</summary>
    Merged,

    /// <summary>The lead that was meant has been merged into this one; nothing else was done.</summary>
    MergedMeanwhile,
}

/// <summary>
/// One word carried from a POST to the page that follows it, shown once. The cookie holds a name from a fixed list, never
/// text, so that nobody can put words on our pages.
/// </summary>
public static class Flash
{
    private const string Cookie = "anteroom.done";
    private const string UndoCookie = "anteroom.undo";
    private const string CountCookie = "anteroom.count";

    /// <summary>Remembers what was done to the lead.</summary>
    public static void Leave(HttpContext context, Done done) =>
        context.Response.Cookies.Append(Cookie, done.ToWire(), Options(context));

    /// <summary>What was left, and forgets it; null when there is nothing.</summary>
    public static Done? Take(HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { } left)
            return null;

        context.Response.Cookies.Delete(Cookie, Options(context));
        return WireName.TryParse(left, out Done done) ? done : null;
    }

    /// <summary>Remembers what was done together, for the toast of the next page.</summary>
    public static void LeaveUndo(HttpContext context, Guid undo) =>
        context.Response.Cookies.Append(UndoCookie, undo.ToString("N"), Options(context, "/"));

    /// <summary>What was left, and forgets it; null when there is nothing.</summary>
    public static Guid? TakeUndo(HttpContext context)
    {
        if (context.Request.Cookies[UndoCookie] is not { } left)
            return null;

        context.Response.Cookies.Delete(UndoCookie, Options(context, "/"));
        return Guid.TryParseExact(left, "N", out var undo) ? undo : null;
    }

    /// <summary>Remembers how many there were.</summary>
    public static void LeaveCount(HttpContext context, int count) =>
        context.Response.Cookies.Append(
            CountCookie,
            count.ToString(CultureInfo.InvariantCulture),
            Options(context, "/leads")
        );

    /// <summary>What was left, and forgets it; null when there is nothing.</summary>
    public static int? TakeCount(HttpContext context)
    {
        if (context.Request.Cookies[CountCookie] is not { } left)
            return null;

        context.Response.Cookies.Delete(CountCookie, Options(context, "/leads"));
        return int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
    }

    private static CookieOptions Options(HttpContext context, string path = "/leads") =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromMinutes(1),
            Path = path,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };
}
