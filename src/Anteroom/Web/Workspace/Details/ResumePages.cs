using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Resumes;

namespace Anteroom.Web.Workspace.Details;

/// <summary>The files of a lead: to keep, and to look at inside of the page.</summary>
internal static class ResumePages
{
    /// <summary>Maps the resume of a lead and those that came with merged ones.</summary>
    public static void MapResumePages(this RouteGroupBuilder lead)
    {
        lead.MapGet("/resume", DownloadAsync);
        lead.MapGet("/resume/preview", PreviewAsync);
        lead.MapPost("/resume/release", ReleaseAsync).RequireAuthorization(Rights.Administer);
        lead.MapGet("/documents/{document:guid}", DownloadDocumentAsync);
        lead.MapGet("/documents/{document:guid}/preview", PreviewDocumentAsync);
    }

    private static async Task<IResult> DownloadAsync(
        long number,
        CurrentUser user,
        LeadQueries leads,
        LeadScreen screen,
        ReadResume files,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await leads.FindWithResumeAsync(number, user, cancellation) is { } lead
            ? await ResumeDownload.AnswerAsync(context, lead, lead.Resume, files, cancellation)
            : await screen.MissingAsync(number, user, cancellation);

    private static async Task<IResult> ReleaseAsync(
        long number,
        CurrentUser user,
        ReleaseResume release,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await release.RunAsync(number, user, cancellation)
            ? screen.BackTo(number, FlashMessage.Released)
            : await screen.MissingAsync(number, user, cancellation);

    private static async Task<IResult> DownloadDocumentAsync(
        long number,
        Guid document,
        CurrentUser user,
        LeadQueries leads,
        LeadScreen screen,
        ReadResume files,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await leads.FindDocumentAsync(number, document, user, cancellation) is { } found
            ? await ResumeDownload.AnswerAsync(context, found.Lead, found.Document, files, cancellation)
            : await screen.MissingAsync(number, user, cancellation);

    private static async Task<IResult> PreviewAsync(
        long number,
        CurrentUser user,
        LeadQueries leads,
        ReadResume files,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await ResumePreview.AnswerAsync(
            context,
            (await leads.FindWithResumeAsync(number, user, cancellation))?.Resume,
            files,
            cancellation
        );

    private static async Task<IResult> PreviewDocumentAsync(
        long number,
        Guid document,
        CurrentUser user,
        LeadQueries leads,
        ReadResume files,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await ResumePreview.AnswerAsync(
            context,
            (await leads.FindDocumentAsync(number, document, user, cancellation))?.Document,
            files,
            cancellation
        );
}
