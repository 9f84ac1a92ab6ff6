using Anteroom.Mail;

namespace Anteroom.Web;

/// <summary>The HTML part of an email as a document of its own, for a frame in one of our pages.</summary>
internal static class MailFrame
{
    /// <summary>
    /// Nothing but styles and pictures: no script, no form, no origin, no way out of the frame. Only our own pages may frame it.
    /// </summary>
    public const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; form-action 'none'; base-uri 'none'; "
        + "frame-ancestors 'self'; sandbox";

    private const string Broken =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>No preview</title></head>"
        + "<body style=\"font:16px/1.5 sans-serif;padding:16px;background:#fff;color:#1f2937\"><p>There is no preview while something is wrong with the template.</p></body></html>";

    /// <summary>The HTML part, or a sentence that there is none.</summary>
    public static IResult Answer(HttpContext context, MailText? mail)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.XFrameOptions = "SAMEORIGIN";
        return Results.Content(mail?.Html ?? Broken, "text/html; charset=utf-8");
    }
}
