using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Bulk;
using Anteroom.Leads;
using Anteroom.Mail;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Bulk;

/// <summary>The pages for email to many leads: choose, write, confirm, watch.</summary>
public static class BulkPages
{
    /// <summary>Maps <c>/bulk</c> and what is below it.</summary>
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
        if (await mailings.FindAsync(id, user, cancellation) is not { } progress)
            return NoSuchMailing();
        return progress.Mailing.State == BulkState.Draft
            ? await EditorAsync(progress.Mailing, lead, user, write, attorneys, refused: false, cancellation)
            : Pages.Page<BulkProgressPage>(
                new
                {
                    Progress = progress,
                    Filter = BulkWords.Of(
                        LeadFilter.Read(progress.Mailing.Filter, user, out _),
                        await attorneys.ListAsync(cancellation)
                    ),
                    FlashMessage = context.TakeFlash(),
                }
            );
    }

    private static async Task<IResult> WriteAsync(
        Guid id,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? html,
        [FromForm] string? lead,
        CurrentUser user,
        BulkMailings mailings,
        WriteBulk write,
        Attorneys attorneys,
        CancellationToken cancellation
    )
    {
        await write.KeepAsync(id, TemplateSource.Clean(subject, text, html), user, cancellation);
        if (await mailings.FindAsync(id, user, cancellation) is not { } progress)
            return NoSuchMailing();
        var preview = await write.PreviewAsync(progress.Mailing, number: null, user, cancellation);
        return progress.Mailing.State != BulkState.Draft ? Pages.SeeOther($"/bulk/{id}")
            : preview.Problems.Count == 0 ? Pages.SeeOther($"/bulk/{id}/confirm")
            : await EditorAsync(progress.Mailing, lead, user, write, attorneys, refused: true, cancellation);
    }

    private static async Task<IResult> PreviewAsync(
        Guid id,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? html,
        [FromForm] string? lead,
        CurrentUser user,
        WriteBulk write,
        CancellationToken cancellation
    )
    {
        await write.KeepAsync(id, TemplateSource.Clean(subject, text, html), user, cancellation);
        return Pages.SeeOther($"/bulk/{id}{Query(lead)}#preview");
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
                (await write.PreviewAsync(progress.Mailing, Number(lead), user, cancellation)).Mail
            )
            : NoSuchMailing();

    private static async Task<IResult> AskAsync(
        Guid id,
        CurrentUser user,
        BulkMailings mailings,
        BulkRecipients recipients,
        WriteBulk write,
        Attorneys attorneys,
        CancellationToken cancellation
    )
    {
        if (await mailings.FindAsync(id, user, cancellation) is not { } progress)
            return NoSuchMailing();
        var filter = LeadFilter.Read(progress.Mailing.Filter, user, out _);
        return progress.Mailing.State == BulkState.Draft
            ? await ConfirmPageAsync(
                progress.Mailing,
                await recipients.FindAsync(filter, user, cancellation),
                changed: false,
                user,
                write,
                attorneys,
                cancellation
            )
            : Pages.SeeOther($"/bulk/{id}");
    }

    private static async Task<IResult> ConfirmAsync(
        Guid id,
        [FromForm] int? count,
        CurrentUser user,
        ConfirmBulk confirm,
        BulkMailings mailings,
        WriteBulk write,
        Attorneys attorneys,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        switch (await confirm.RunAsync(id, count ?? 0, user, cancellation))
        {
            case null:
                context.Leave(FlashMessage.BulkConfirmed);
                return Pages.SeeOther($"/bulk/{id}");
            case MailingRefusal.Broken:
                return Pages.SeeOther($"/bulk/{id}");
            case MailingRefusal.OtherCount other when await mailings.FindAsync(id, user, cancellation) is { } progress:
                return await ConfirmPageAsync(
                    progress.Mailing,
                    other.Audience,
                    changed: true,
                    user,
                    write,
                    attorneys,
                    cancellation
                );
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
        BulkMailing mailing,
        string? lead,
        CurrentUser user,
        WriteBulk write,
        Attorneys attorneys,
        bool refused,
        CancellationToken cancellation
    )
    {
        // A new draft is empty, which is no mistake yet.
        var fresh = mailing.Subject.Length == 0 && !refused;
        var preview = await write.PreviewAsync(mailing, Number(lead), user, cancellation);
        return Pages.Page<BulkEditorPage>(
            new
            {
                Mailing = mailing,
                Preview = fresh ? preview with { Problems = [] } : preview,
                AskedLead = lead,
                Frame = $"/bulk/{mailing.Id}/frame{Query(lead)}",
                Filter = BulkWords.Of(
                    LeadFilter.Read(mailing.Filter, user, out _),
                    await attorneys.ListAsync(cancellation)
                ),
            },
            refused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
        );
    }

    private static async Task<IResult> ConfirmPageAsync(
        BulkMailing mailing,
        BulkAudience audience,
        bool changed,
        CurrentUser user,
        WriteBulk write,
        Attorneys attorneys,
        CancellationToken cancellation
    ) =>
        Pages.Page<BulkConfirmPage>(
            new
            {
                Mailing = mailing,
                Audience = audience,
                Changed = changed,
                Preview = await write.PreviewAsync(mailing, number: null, user, cancellation),
                Filter = BulkWords.Of(
                    LeadFilter.Read(mailing.Filter, user, out _),
                    await attorneys.ListAsync(cancellation)
                ),
            },
            changed ? StatusCodes.Status409Conflict : StatusCodes.Status200OK
        );

    private static QueryString Query(string? lead) =>
        Number(lead) is { } number
            ? QueryString.Create("lead", number.ToString(CultureInfo.InvariantCulture))
            : QueryString.Empty;

    private static long? Number(string? lead) =>
        string.IsNullOrWhiteSpace(lead) ? null
        : long.TryParse(lead.Trim().TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
        : 0;

    private static IResult NoSuchMailing() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "This bulk email does not exist",
            "The address may be mistyped, the draft thrown away, or it is somebody else's."
        );
}
