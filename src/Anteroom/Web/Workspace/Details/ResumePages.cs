using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Web.Workspace.Details;

/// <summary>The files of a lead, to download and to view inside the page.</summary>
internal static class ResumePages
{
    public static void MapResumePages(this RouteGroupBuilder lead)
    {
        lead.MapGet("/resume", DownloadAsync);
        lead.MapGet("/resume/preview", PreviewAsync);
        lead.MapGet("/resume/view", ViewAsync);
        lead.MapGet("/resume/pdf", DownloadPdfAsync);
        lead.MapGet("/resume/thumbnail", ThumbnailAsync);
        lead.MapPost("/resume/encoding", ChooseEncodingAsync);
        lead.MapPost("/resume/read-again", ReadAgainAsync);
        lead.MapPost("/resume/convert-again", ConvertAgainAsync);
        lead.MapPost("/resume/release", ReleaseAsync).RequireAuthorization(Rights.Administer);
        lead.MapGet("/documents/{document:guid}", DownloadDocumentAsync);
        lead.MapGet("/documents/{document:guid}/pdf", DownloadDocumentPdfAsync);
        lead.MapGet("/documents/{document:guid}/preview", PreviewDocumentAsync);
        lead.MapPost("/documents/{document:guid}/release", ReleaseDocumentAsync)
            .RequireAuthorization(Rights.Administer);
    }

    private static async Task<IResult> DownloadAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        LookAtResume files,
        HttpContext context
    ) =>
        await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation) is { } lead
            ? await ResumeDownload.AnswerAsync(context, lead, lead.Resume, files, request.Cancellation)
            : await request.MissingAsync();

    private static async Task<IResult> ReleaseAsync([AsParameters] LeadRequest request, ReleaseResume release) =>
        await release.RunAsync(request.Number, document: null, request.User, request.Cancellation)
            ? request.Back(FlashMessage.Released)
            : await request.MissingAsync();

    private static async Task<IResult> ReleaseDocumentAsync(
        [AsParameters] LeadRequest request,
        Guid document,
        ReleaseResume release
    ) =>
        await release.RunAsync(request.Number, document, request.User, request.Cancellation)
            ? request.Back(FlashMessage.Released)
            : await request.MissingAsync();

    private static async Task<IResult> ChooseEncodingAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        ReadResumeText texts,
        [FromForm] string? encoding
    )
    {
        if (
            await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation)
            is not { Resume: { } resume }
        )
            return await request.MissingAsync();
        return await texts.ReadAgainAsync(resume, encoding ?? "", request.Cancellation)
            ? request.Back(FlashMessage.EncodingChosen)
            : ErrorPages.For(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ReadAgainAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        ReadAgain again
    )
    {
        if (
            await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation)
            is not { Resume: { DeletedAt: null } resume }
        )
            return await request.MissingAsync();
        await again.OneAsync(resume, request.Cancellation);
        return request.Back(FlashMessage.ReadingAgain);
    }

    private static async Task<IResult> ConvertAgainAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        MakeCopiesAgain again
    )
    {
        if (
            await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation)
            is not { Resume: { DeletedAt: null } resume }
        )
            return await request.MissingAsync();
        await again.OneAsync(resume, request.Cancellation);
        return request.Back(FlashMessage.ConvertingAgain);
    }

    private static async Task<IResult> DownloadPdfAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        LookAtResume files,
        AnteroomDb db,
        HttpContext context
    ) =>
        await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation) is { } lead
            ? await ResumeDownload.PdfAsync(context, lead, lead.Resume, files, db, request.Cancellation)
            : await request.MissingAsync();

    private static async Task<IResult> DownloadDocumentPdfAsync(
        [AsParameters] LeadRequest request,
        Guid document,
        LeadQueries leads,
        LookAtResume files,
        AnteroomDb db,
        HttpContext context
    ) =>
        await leads.FindDocumentAsync(request.Number, document, request.User, request.Cancellation) is { } found
            ? await ResumeDownload.PdfAsync(context, found.Lead, found.Document, files, db, request.Cancellation)
            : await request.MissingAsync();

    /// <summary>The picture of page one. It comes with the lead's page, is too small to read, and so is no look at the resume.</summary>
    private static async Task<IResult> ThumbnailAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        ReadResume files,
        AnteroomDb db,
        HttpContext context
    ) =>
        await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation) is { Resume: { } resume }
            ? await ResumePreview.ThumbnailAsync(context, resume, files, db, request.Cancellation)
            : await request.MissingAsync();

    private static async Task<IResult> DownloadDocumentAsync(
        [AsParameters] LeadRequest request,
        Guid document,
        LeadQueries leads,
        LookAtResume files,
        HttpContext context
    ) =>
        await leads.FindDocumentAsync(request.Number, document, request.User, request.Cancellation) is { } found
            ? await ResumeDownload.AnswerAsync(context, found.Lead, found.Document, files, request.Cancellation)
            : await request.MissingAsync();

    private static async Task<IResult> PreviewAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        LookAtResume files,
        ReadResumeText texts,
        AnteroomDb db,
        HttpContext context,
        string? view = null
    ) =>
        await ResumePreview.AnswerAsync(
            context,
            (await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation))?.Resume,
            files,
            texts,
            db,
            view == "text",
            request.Cancellation
        );

    /// <summary>The file and its text side by side, with what was searched for marked: <c>q</c>, or what the list was asked for.</summary>
    private static async Task<IResult> ViewAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        LookAtResume files,
        ReadResumeText texts,
        AnteroomDb db,
        string? q = null
    )
    {
        if (await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation) is not { } lead)
            return await request.MissingAsync();
        if (ResumeDownload.Refusal(lead.Resume) is { } refusal)
            return refusal;
        if (await files.OpenAsync(lead.Resume!, request.Cancellation) is not { } content)
            return ResumeDownload.Gone();
        await using var _ = content;
        var list = request.Screen.List;
        var search = q ?? QueryHelpers.ParseQuery(list).GetValueOrDefault("q").LastOrDefault() ?? "";
        return Pages.Page<ResumeViewPage>(
            new
            {
                Lead = lead,
                Words = await texts.OfAsync(db, lead.Resume!, content, request.Cancellation),
                HasCopy = await db.CopyOfAsync(lead.Resume!, CopyKind.Pdf, request.Cancellation) is not null,
                Search = search.Length > ListQuery.LongestSearch ? "" : search,
                List = list,
            }
        );
    }

    private static async Task<IResult> PreviewDocumentAsync(
        [AsParameters] LeadRequest request,
        Guid document,
        LeadQueries leads,
        LookAtResume files,
        ReadResumeText texts,
        AnteroomDb db,
        HttpContext context,
        string? view = null
    ) =>
        await ResumePreview.AnswerAsync(
            context,
            (await leads.FindDocumentAsync(request.Number, document, request.User, request.Cancellation))?.Document,
            files,
            texts,
            db,
            view == "text",
            request.Cancellation
        );
}
