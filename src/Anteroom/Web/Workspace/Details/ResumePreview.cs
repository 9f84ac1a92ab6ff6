using System.Text.Encodings.Web;
using System.Text.Unicode;
using Anteroom.Data;
using Anteroom.Resumes;

namespace Anteroom.Web.Workspace.Details;

/// <summary>
/// A resume as a document for a frame in one of our pages. PDF, also one that was made of the file, goes out as it is, for the browser's own viewer, and so does a photo
/// that a prospect sent, which was looked through to its end (<see cref="Photo"/>); everything else goes out as escaped text, in a page of ours. Never the upload's own HTML, script or anything that a browser would have to guess.
/// </summary>
internal static class ResumePreview
{
    /// <summary>
    /// No script, no form, no origin of ours, no frame but in our own pages. The frame of a PDF has no <c>sandbox</c> of its own, in which
    /// browsers start no viewer; this one, which comes with the file, they take.
    /// </summary>
    public const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox";

    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The resume, or why there is nothing to see.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext context,
        Resume? resume,
        LookAtResume files,
        ReadResumeText texts,
        AnteroomDb db,
        bool asText,
        CancellationToken cancellation
    )
    {
        if (resume is not { DeletedAt: null })
            return Words(context, T["There is no resume here."], StatusCodes.Status404NotFound);
        if (resume.IsHeldBack)
            return Words(context, T.Say(resume.WhyHeldBack()), StatusCodes.Status403Forbidden);
        if (await files.OpenAsync(resume, cancellation) is not { } content)
            return Words(context, T["The file is not in the store."], StatusCodes.Status404NotFound);
        if (!asText && (resume.Type == ResumeType.Pdf || (resume.AddedAt is null && resume.Type.IsShownByBrowsers())))
            return AsItIs(context, resume, content);
        if (
            !asText
            && await db.CopyOfAsync(resume, CopyKind.Pdf, cancellation) is { } made
            && await files.OpenAsync(made, cancellation) is { } pdf
        )
        {
            await content.DisposeAsync();
            return AsItIs(context, made, pdf);
        }

        await using (content)
            return !resume.Type.HasText()
                ? Words(context, T["This kind of file is not shown here. Download it to look at it."])
                : await texts.OfAsync(db, resume, content, cancellation) switch
                {
                    null => Words(context, T["The text of this file is being read. Try again in a moment."]),
                    { Problem: { } problem } => Words(
                        context,
                        T["The text of this file could not be read: {0}", T[problem]]
                    ),
                    { Text: "" } => Words(context, T["No text was found in this file. Download it to look at it."]),
                    { Text: var text } => Page(
                        context,
                        $"<pre>{Encoder.Encode(text)}</pre>{(text.Length >= ResumeText.Longest ? $"<p>{T["This is the beginning. Download the file for the rest."]}</p>" : "")}"
                    ),
                };
    }

    /// <summary>The picture of page one, if there is one and the file may be opened.</summary>
    public static async Task<IResult> ThumbnailAsync(
        HttpContext context,
        Resume resume,
        ReadResume files,
        AnteroomDb db,
        CancellationToken cancellation
    )
    {
        if (
            resume is not { DeletedAt: null, IsHeldBack: false }
            || await db.CopyOfAsync(resume, CopyKind.Thumbnail, cancellation) is not { } made
            || await files.OpenAsync(made, cancellation) is not { } picture
        )
            return Results.NotFound();
        Limit(context);
        context.Response.Headers.ContentDisposition = "inline";
        return ResumeFile.Stream(made, picture);
    }

    private static IResult AsItIs(HttpContext context, Resume resume, Stream content)
    {
        Limit(context);
        context.Response.Headers.ContentDisposition = "inline";
        return ResumeFile.Stream(resume, content);
    }

    private static IResult Words(HttpContext context, string sentence, int status = StatusCodes.Status200OK) =>
        Page(context, $"<p>{Encoder.Encode(sentence)}</p>", status);

    private static IResult Page(HttpContext context, string body, int status = StatusCodes.Status200OK)
    {
        Limit(context);
        return Results.Content(
            $$"""
            <!doctype html><html lang="{{Languages.Current.ToWire()}}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{{T[
                "Preview"
            ]}}</title>
            <style>body{margin:0;padding:16px;font:15px/1.55 sans-serif;background:Canvas;color:CanvasText}pre{margin:0;font:inherit;white-space:pre-wrap;overflow-wrap:anywhere}</style>
            </head><body>{{body}}</body></html>
            """,
            "text/html; charset=utf-8",
            contentEncoding: null,
            status
        );
    }

    private static void Limit(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "SAMEORIGIN";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
