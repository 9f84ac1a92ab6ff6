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

    /// <summary>A note was written, and whom it names gets an e-mail.</summary>
    NotedAndTold,

    /// <summary>An e-mail to the prospect is on its way.</summary>
    Written,

    /// <summary>An e-mail goes out once more.</summary>
    SentAgain,

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

    private static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromMinutes(1),
            Path = "/leads",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };
}
