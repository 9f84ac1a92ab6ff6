using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Leads;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Replies;

/// <summary>The pages of the texts that emails to prospects begin with: everybody reads them, administrators and attorneys keep them.</summary>
public static class ReplyPages
{
    /// <summary>Maps <c>/replies</c> and what is below it.</summary>
    public static void MapReplyPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/replies").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches().MapGet("", ListAsync);
        var texts = pages.MapGroup("/replies").RequireAuthorization(Rights.KeepReplies).KeepOutOfCaches();
        texts.MapGet("/new", IResult () => Editor(id: null, new ReplyForm("", "", ""), version: ""));
        texts.MapPost("/new", AddAsync);
        texts.MapGet("/{id:guid}", ShowAsync);
        texts.MapPost("/{id:guid}", SaveAsync);
        texts.MapPost("/{id:guid}/remove", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(
        CurrentUser user,
        EditReplies replies,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<ReplyListPage>(
            new
            {
                Replies = await replies.ListAsync(cancellation),
                MayKeep = user.Role != Role.Staff,
                Notice = context.TakeNotice(),
            }
        );

    private static async Task<IResult> ShowAsync(Guid id, EditReplies replies, CancellationToken cancellation) =>
        await replies.FindAsync(id, cancellation) is { Reply: var reply }
            ? Editor(id, new ReplyForm(reply.Name, reply.Subject, reply.Text), Version(reply))
            : NoSuchText();

    private static Task<IResult> AddAsync(
        [FromForm] string? name,
        [FromForm] string? subject,
        [FromForm] string? text,
        CurrentUser by,
        EditReplies replies,
        HttpContext context,
        CancellationToken cancellation
    ) => KeepAsync(id: null, new ReplyForm(name, subject, text), "", by, replies, context, cancellation);

    private static Task<IResult> SaveAsync(
        Guid id,
        [FromForm] string? name,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? version,
        CurrentUser by,
        EditReplies replies,
        HttpContext context,
        CancellationToken cancellation
    ) => KeepAsync(id, new ReplyForm(name, subject, text), version, by, replies, context, cancellation);

    private static async Task<IResult> KeepAsync(
        Guid? id,
        ReplyForm form,
        string? version,
        CurrentUser by,
        EditReplies replies,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        long? seen = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? ticks
            : null;
        switch (await replies.SaveAsync(id, form, seen, by, cancellation))
        {
            case SaveReplyResult.Saved:
                context.Leave(Notice.ReplySaved);
                return Pages.SeeOther("/replies");
            case SaveReplyResult.Invalid wrong:
                return Editor(id, form, version ?? "", wrong.Errors, StatusCodes.Status422UnprocessableEntity);
            case SaveReplyResult.ChangedMeanwhile meanwhile:
                return Editor(
                    id,
                    form,
                    Version(meanwhile.Now.Reply),
                    status: StatusCodes.Status409Conflict,
                    meanwhile: meanwhile.Now
                );
            default:
                return NoSuchText();
        }
    }

    private static async Task<IResult> RemoveAsync(
        Guid id,
        EditReplies replies,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!await replies.RemoveAsync(id, cancellation))
            return NoSuchText();
        context.Leave(Notice.ReplyRemoved);
        return Pages.SeeOther("/replies");
    }

    private static string Version(Reply reply) => reply.ChangedAt.UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static RazorComponentResult<ReplyEditorPage> Editor(
        Guid? id,
        ReplyForm form,
        string version,
        FieldErrors? errors = null,
        int status = StatusCodes.Status200OK,
        ReplyRow? meanwhile = null
    ) =>
        Pages.Page<ReplyEditorPage>(
            new
            {
                Id = id,
                Form = form,
                Version = version,
                Errors = errors ?? new FieldErrors(),
                Meanwhile = meanwhile,
            },
            status
        );

    private static IResult NoSuchText() =>
        ErrorPages.For(StatusCodes.Status404NotFound, "This text does not exist", "It may have been removed.");
}
