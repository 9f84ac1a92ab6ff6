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
        ReadResume files,
        CancellationToken cancellation
    )
    {
        if (wanted is not { } resume)
            return ErrorPages.For(404, "No resume", "This lead came without a resume.");

        if (resume.DeletedAt is not null)
            return ErrorPages.For(
                410,
                "This resume was deleted",
                "The firm keeps resumes for a limited time, which is over for this one. The lead itself is still there."
            );

        if (resume.IsHeldBack)
            return ErrorPages.For(403, "This resume is held back", resume.WhyHeldBack());

        var name = ResumeFileName.ForDownload(lead.FirstName, lead.LastName, resume.Type);
        if (await files.LinkAsync(resume, name, cancellation) is { } link)
            return ResumeFile.SendTo(context, link);

        var content = await files.OpenAsync(resume, cancellation);
        if (content is null)
            return ErrorPages.For(
                404,
                "The file is gone",
                "The lead is here, but its resume is not in the store. Tell your server administrator: a restore from the backup brings it back."
            );

        return ResumeFile.Serve(context, resume, content, name);
    }
}
