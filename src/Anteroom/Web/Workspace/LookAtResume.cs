using Anteroom.Leads;
using Anteroom.Resumes;

namespace Anteroom.Web.Workspace;

/// <summary>
/// Opens files for people who look at them, and has the timeline say so. What a browser fetches in advance, before anybody has asked for it,
/// is no look.
/// </summary>
internal sealed class LookAtResume(ReadResume files, RecordLook looks, IHttpContextAccessor http)
{
    /// <inheritdoc cref="ReadResume.OpenAsync" />
    public async Task<Stream?> OpenAsync(Resume resume, CancellationToken cancellation)
    {
        var content = await files.OpenAsync(resume, cancellation);
        if (content is not null)
            await RecordAsync(resume, cancellation);
        return content;
    }

    /// <inheritdoc cref="ReadResume.LinkAsync" />
    public async Task<string?> LinkAsync(Resume resume, string fileName, CancellationToken cancellation)
    {
        var link = await files.LinkAsync(resume, fileName, cancellation);
        if (link is not null)
            await RecordAsync(resume, cancellation);
        return link;
    }

    private async Task RecordAsync(Resume resume, CancellationToken cancellation)
    {
        var context = http.HttpContext!;
        if (IsLook(context.Request) && CurrentUser.From(context.User) is { } user)
            await looks.RunAsync(resume, user, cancellation);
    }

    // Sec-Purpose (Fetch standard, section 3.8), and what browsers sent before there was a standard.
    private static bool IsLook(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && !((string[])["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"]).Any(header =>
            request.Headers[header].ToString() is { } purpose
            && (
                purpose.Contains("prefetch", StringComparison.OrdinalIgnoreCase)
                || purpose.Contains("prerender", StringComparison.OrdinalIgnoreCase)
            )
        );
}
