using System.Globalization;
using System.Text;
using Anteroom.Leads;
using Anteroom.Resumes;

namespace Anteroom.Web.Workspace;

/// <summary>Hands a resume out as a file to keep, never as a page to show.</summary>
public static class ResumeDownload
{
    /// <summary>Answers with the file, or with a page that says why there is none.</summary>
    public static async Task<IResult> AnswerAsync(
        HttpContext context,
        Lead lead,
        IResumeStore store,
        CancellationToken cancellation
    )
    {
        if (lead.Resume is not { } resume)
            return ErrorPages.For(404, "No resume", "This lead came without a resume.");

        var content = await store.OpenAsync(resume.StorageKey, cancellation);
        if (content is null)
            return ErrorPages.For(
                404,
                "The file is gone",
                "The lead is here, but its resume is not in the store. Tell whoever looks after the server: a restore from the backup brings it back."
            );

        var headers = context.Response.Headers;
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        headers.XContentTypeOptions = "nosniff";
        return Results.Stream(content, resume.Type.ToContentType(), FileName(lead, resume.Type));
    }

    /// <summary>
    /// <c>Last_First_resume.ext</c>. Letters and digits of any script stay; everything else becomes a hyphen. The framework
    /// writes it as RFC 6266 wants: an ASCII <c>filename</c> and the exact <c>filename*</c> of RFC 8187.
    /// </summary>
    public static string FileName(Lead lead, ResumeType type) =>
        $"{Safe(lead.LastName)}_{Safe(lead.FirstName)}_resume.{type.ToExtension()}";

    private static string Safe(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var keep = Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark;
            if (keep)
                safe.Append(rune.ToString());
            else if (safe.Length > 0 && safe[^1] != '-')
                safe.Append('-');
        }

        var trimmed = safe.ToString().TrimEnd('-');
        return trimmed.Length == 0 ? "x" : trimmed;
    }
}
