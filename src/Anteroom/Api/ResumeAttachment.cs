using Anteroom.Leads;
using Anteroom.Resumes;

namespace Anteroom.Api;

/// <summary>Serves a resume to a program; the timeline says who fetched it, as for people.</summary>
internal static class ResumeAttachment
{
    /// <summary>The file; null when the lead has none, it was deleted, or the store lost it.</summary>
    public static async Task<IResult?> OpenAsync(
        HttpContext context,
        Lead? lead,
        Resume? wanted,
        ReadResume files,
        RecordLook looks,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        return lead is null || wanted is not { DeletedAt: null } resume
            ? null
            : await OpenAsync(context, lead.FirstName, lead.LastName, resume, files, looks, user, cancellation);
    }

    /// <summary>The file of a prospect with this name; null when the store lost it.</summary>
    public static async Task<IResult?> OpenAsync(
        HttpContext context,
        string firstName,
        string lastName,
        Resume resume,
        ReadResume files,
        RecordLook looks,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var name = ResumeFileName.ForDownload(resume, firstName, lastName);
        if (await files.LinkAsync(resume, name, cancellation) is { } link)
        {
            await looks.RunAsync(resume, user, cancellation);
            return ResumeFile.SendTo(context, link);
        }

        if (await files.OpenAsync(resume, cancellation) is not { } content)
            return null;
        await looks.RunAsync(resume, user, cancellation);
        return ResumeFile.Serve(context, resume, content, name);
    }
}
