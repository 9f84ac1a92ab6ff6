using Anteroom.Data;
using Anteroom.Leads;
using Anteroom.Resumes;

namespace Anteroom.Web.Workspace;

/// <summary>Serves a resume as a download to people.</summary>
internal static class ResumeDownload
{
    /// <summary>The file, or a page that says why there is none.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext context,
        Lead lead,
        Resume? wanted,
        LookAtResume files,
        CancellationToken cancellation
    )
    {
        if (Refusal(wanted) is { } refusal)
            return refusal;
        var resume = wanted!;
        var name = ResumeFileName.ForDownload(resume, lead.FirstName, lead.LastName);
        if (await files.LinkAsync(resume, name, cancellation) is { } link)
            return ResumeFile.SendTo(context, link);

        return await files.OpenAsync(resume, cancellation) is { } content
            ? ResumeFile.Serve(context, resume, content, name)
            : Gone();
    }

    /// <summary>The PDF that was made of the file, or a page that says why there is none.</summary>
    public static async Task<IResult> PdfAsync(
        HttpContext context,
        Lead lead,
        Resume? wanted,
        LookAtResume files,
        AnteroomDb db,
        CancellationToken cancellation
    ) =>
        Refusal(wanted)
        ?? (
            await db.CopyOfAsync(wanted!, CopyKind.Pdf, cancellation) is { } pdf
                ? await AnswerAsync(context, lead, pdf, files, cancellation)
                : ErrorPages.For(404, "There is no PDF of this file", "The file itself can be downloaded.")
        );

    /// <summary>A page that says why there is nothing to open; null when there is.</summary>
    public static IResult? Refusal(Resume? resume) =>
        resume switch
        {
            null => ErrorPages.For(404, "No resume", "This lead came without a resume."),
            { DeletedAt: not null } => ErrorPages.For(
                410,
                "This resume was deleted",
                "The firm keeps resumes for a limited time, which is over for this one. The lead itself is still there."
            ),
            { IsHeldBack: true } => ErrorPages.For(403, "This resume is held back", T.Say(resume.WhyHeldBack())),
            _ => null,
        };

    /// <summary>The page for a file that the store has lost.</summary>
    public static IResult Gone() =>
        ErrorPages.For(
            404,
            "The file is gone",
            "The lead is here, but its resume is not in the store. Tell your server administrator: a restore from the backup brings it back."
        );
}
