using Anteroom.Leads;
using Anteroom.Resumes;
using Anteroom.Web;
using Anteroom.Web.Workspace;

namespace Anteroom.Api;

/// <summary>Hands a resume out to programs: always an attachment.</summary>
internal static class ResumeAttachment
{
    /// <summary>The file; null when the lead has none or it is not in the store.</summary>
    public static async Task<IResult?> OpenAsync(
        HttpContext context,
        Lead lead,
        IResumeStore store,
        CancellationToken cancellation
    )
    {
        if (lead.Resume is not { } resume || await store.OpenAsync(resume.StorageKey, cancellation) is not { } content)
            return null;

        context.Response.Headers.CacheControl = "private, no-store";
        context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        return TypedResults.Stream(content, resume.Type.ToContentType(), ResumeDownload.FileName(lead, resume.Type));
    }
}
