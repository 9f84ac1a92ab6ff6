using Anteroom.Leads;
using Anteroom.Resumes;

namespace Anteroom.Api;

/// <summary>Serves a resume to a program.</summary>
internal static class ResumeAttachment
{
    /// <summary>The file; null when the lead has none, it was deleted, or the store lost it.</summary>
    public static async Task<IResult?> OpenAsync(
        HttpContext context,
        Lead? lead,
        Resume? wanted,
        ReadResume files,
        CancellationToken cancellation
    )
    {
        if (lead is null || wanted is not { DeletedAt: null } resume)
            return null;

        var name = ResumeFileName.ForDownload(resume, lead.FirstName, lead.LastName);
        if (await files.LinkAsync(resume, name, cancellation) is { } link)
            return ResumeFile.SendTo(context, link);
        return await files.OpenAsync(resume, cancellation) is { } content
            ? ResumeFile.Serve(context, resume, content, name)
            : null;
    }
}
