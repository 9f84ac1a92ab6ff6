using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Bulk;
using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Bulk;

/// <summary>A request about one mailing.</summary>
internal sealed record MailingRequest(
    Guid Id,
    CurrentUser User,
    BulkMailings Mailings,
    WriteBulk Write,
    Attorneys Attorneys,
    CancellationToken Cancellation
)
{
    public string Address => $"/bulk/{Id}";

    public Task<BulkProgress?> FindAsync() => Mailings.FindAsync(Id, User, Cancellation);

    public Task<BulkPreview> PreviewAsync(BulkMailing mailing, long? number) =>
        Write.PreviewAsync(mailing, number, User, Cancellation);

    /// <summary>Keeps a draft as it is being written.</summary>
    public Task KeepAsync(PostedMail posted) => Write.KeepAsync(Id, posted.ToSource(), User, Cancellation);

    public LeadFilter FilterOf(BulkMailing mailing) => LeadFilter.Read(mailing.Filter, User, out _);

    public async Task<string> DescribeAsync(BulkMailing mailing) =>
        BulkWords.Of(FilterOf(mailing), await Attorneys.ListAsync(Cancellation));
}

/// <summary>Email to many leads: choose, write, confirm, follow.</summary>
internal static class BulkPages
{
    public static void MapBulkPages(this IEndpointRouteBuilder pages)
    {
        var bulk = pages.MapGroup("/bulk").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        bulk.MapGet("", ListAsync);
        bulk.MapPost("", BeginAsync);
        bulk.MapGet("/new", ChooseAsync);
        bulk.MapGet("/{id:guid}", ShowAsync);
        bulk.MapPost("/{id:guid}", WriteAsync);
        bulk.MapPost("/{id:guid}/preview", PreviewAsync);
        bulk.MapGet("/{id:guid}/frame", FrameAsync);
        bulk.MapGet("/{id:guid}/confirm", AskAsync);
        bulk.MapPost("/{id:guid}/confirm", ConfirmAsync);
        bulk.MapPost("/{id:guid}/cancel", CancelAsync);
        bulk.MapPost("/{id:guid}/discard", DiscardAsync);
    }

    private static async Task<IResult> ListAsync(
        CurrentUser user,
        BulkMailings mailings,
        Attorneys attorneys,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<BulkListPage>(
            new
            {
                Mailings = await mailings.ListAsync(user, cancellation),
                Attorneys = await attorneys.ListAsync(cancellation),
                User = user,
                FlashMessage = context.TakeFlash(),
            }
        );

    private static async Task<IResult> ChooseAsync(
        CurrentUser user,
        BulkRecipients recipients,
        Attorneys attorneys,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var filter = LeadFilter.Read(context.Request.QueryString.Value, user, out var errors);
        return Pages.Page<BulkFilterPage>(
            new
            {
                Filter = filter,
                Errors = errors,
                Audience = errors.IsEmpty ? await recipients.FindAsync(filter, user, cancellation) : null,
                Attorneys = await attorneys.ListAsync(cancellation),
            },
            errors.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    private static async Task<IResult> BeginAsync(
        [FromForm] string? filter,
        CurrentUser user,
        WriteBulk write,
        CancellationToken cancellation
    )
    {
        var chosen = LeadFilter.Read(filter, user, out var errors);
        return errors.IsEmpty
            ? Pages.SeeOther($"/bulk/{await write.BeginAsync(chosen, user, cancellation)}")
            : ErrorPages.For(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> ShowAsync(
        Guid id,
        string? lead,
        CurrentUser user,
        BulkMailings mailings,
        WriteBulk write,
        Attorneys attorneys,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var request = new MailingRequest(id, user, mailings, write, attorneys, cancellation);
        if (await request.FindAsync() is not { } progress)
            return NoSuchMailing();
        return progress.Mailing.State == BulkState.Draft
            ? await EditorAsync(request, progress.Mailing, lead, refused: false)
            : Pages.Page<BulkProgressPage>(
                new
                {
                    Progress = progress,
                    Filter = await request.DescribeAsync(progress.Mailing),
                    FlashMessage = context.TakeFlash(),
                }
            );
    }

    private static async Task<IResult> WriteAsync(
        [AsParameters] MailingRequest request,
        [AsParameters] PostedMail posted
    )
    {
        await request.KeepAsync(posted);
        if (await request.FindAsync() is not { } progress)
            return NoSuchMailing();
        var preview = await request.PreviewAsync(progress.Mailing, number: null);
        return progress.Mailing.State != BulkState.Draft ? Pages.SeeOther(request.Address)
            : preview.Problems.Count == 0 ? Pages.SeeOther($"{request.Address}/confirm")
            : await EditorAsync(request, progress.Mailing, posted.Lead, refused: true);
    }

    private static async Task<IResult> PreviewAsync(
        [AsParameters] MailingRequest request,
        [AsParameters] PostedMail posted
    )
    {
        await request.KeepAsync(posted);
        return Pages.SeeOther($"{request.Address}{Query(posted.Lead)}#preview");
    }

    private static async Task<IResult> FrameAsync(
        Guid id,
        string? lead,
        CurrentUser user,
        BulkMailings mailings,
        WriteBulk write,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await mailings.FindAsync(id, user, cancellation) is { } progress
            ? MailFrame.Answer(
                context,
                (await write.PreviewAsync(progress.Mailing, PostedMail.LeadIn(lead), user, cancellation)).Mail
            )
            : NoSuchMailing();

    private static async Task<IResult> AskAsync([AsParameters] MailingRequest request, BulkRecipients recipients)
    {
        if (await request.FindAsync() is not { } progress)
            return NoSuchMailing();
        var filter = request.FilterOf(progress.Mailing);
        return progress.Mailing.State == BulkState.Draft
            ? await ConfirmPageAsync(
                request,
                progress.Mailing,
                await recipients.FindAsync(filter, request.User, request.Cancellation),
                changed: false
            )
            : Pages.SeeOther(request.Address);
    }

    private static async Task<IResult> ConfirmAsync(
        [AsParameters] MailingRequest request,
        [FromForm] int? count,
        ConfirmBulk confirm,
        HttpContext context
    )
    {
        switch (await confirm.RunAsync(request.Id, count ?? 0, request.User, request.Cancellation))
        {
            case null:
                context.Leave(FlashMessage.BulkConfirmed);
                return Pages.SeeOther(request.Address);
            case MailingRefusal.Broken:
                return Pages.SeeOther(request.Address);
            case MailingRefusal.OtherCount other when await request.FindAsync() is { } progress:
                return await ConfirmPageAsync(request, progress.Mailing, other.Audience, changed: true);
            default:
                return NoSuchMailing();
        }
    }

    private static async Task<IResult> CancelAsync(
        Guid id,
        CurrentUser user,
        CancelBulk cancel,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await cancel.RunAsync(id, user, cancellation))
            context.Leave(FlashMessage.BulkCancelled);
        return Pages.SeeOther($"/bulk/{id}");
    }

    private static async Task<IResult> DiscardAsync(
        Guid id,
        CurrentUser user,
        WriteBulk write,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!await write.DiscardAsync(id, user, cancellation))
            return Pages.SeeOther($"/bulk/{id}");
        context.Leave(FlashMessage.BulkDiscarded);
        return Pages.SeeOther("/bulk");
    }

    private static async Task<IResult> EditorAsync(
        MailingRequest request,
        BulkMailing mailing,
        string? lead,
        bool refused
    )
    {
        // A new draft is empty, which is no mistake yet.
        var fresh = mailing.Subject.Length == 0 && !refused;
        var preview = await request.PreviewAsync(mailing, PostedMail.LeadIn(lead));
        return Pages.Page<BulkEditorPage>(
            new
            {
                Mailing = mailing,
                Preview = fresh ? preview with { Problems = [] } : preview,
                AskedLead = lead,
                Frame = $"{request.Address}/frame{Query(lead)}",
                Filter = await request.DescribeAsync(mailing),
            },
            refused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> ConfirmPageAsync(
        MailingRequest request,
        BulkMailing mailing,
        BulkAudience audience,
        bool changed
    ) =>
        Pages.Page<BulkConfirmPage>(
            new
            {
                Mailing = mailing,
                Audience = audience,
                Changed = changed,
                Preview = await request.PreviewAsync(mailing, number: null),
                Filter = await request.DescribeAsync(mailing),
            },
            changed ? StatusCodes.Status409Conflict : StatusCodes.Status200OK
        );

    private static QueryString Query(string? lead) =>
        PostedMail.LeadIn(lead) is { } number
            ? QueryString.Create("lead", number.ToString(CultureInfo.InvariantCulture))
            : QueryString.Empty;

    private static IResult NoSuchMailing() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "This bulk email does not exist",
            "The address may be mistyped, the draft may have been discarded, or it may belong to somebody else."
        );
}
