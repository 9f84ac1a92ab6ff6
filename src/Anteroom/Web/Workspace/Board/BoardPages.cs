using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Web.Workspace.List;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Board;

/// <summary>A move of a card. The address of its menu holds what the page showed of the lead; the form that all cards share holds the rest.</summary>
internal sealed record PostedCardMove
{
    public long Number { get; init; }

    [FromForm]
    public string? Status { get; init; }

    /// <summary>One of the firm's reasons, for a decline.</summary>
    [FromForm(Name = "decline_reason")]
    public string? DeclineReason { get; init; }

    /// <summary>A note on the move.</summary>
    [FromForm]
    public string? Reason { get; init; }

    /// <summary>Not empty: the reason was asked for, so that none is an answer.</summary>
    [FromForm]
    public string? Asked { get; init; }

    /// <summary>The lead's version on the board.</summary>
    [FromQuery]
    public string? Version { get; init; }

    /// <summary>The lead's status on the board.</summary>
    [FromQuery]
    public string? From { get; init; }

    /// <summary>The board's address, to come back to.</summary>
    [FromForm]
    public string? Back { get; init; }

    public SeenLead? Seen() =>
        uint.TryParse(Version, CultureInfo.InvariantCulture, out var version)
            ? new SeenLead(version, LeadStatus.TryParse(From, out var status) ? status : null)
            : null;
}

/// <summary>The board: a column for each status, cards that are moved between them.</summary>
internal static class BoardPages
{
    /// <summary>Cards that a column shows at first, and that each “more” adds.</summary>
    public const int Piece = 12;

    public static void MapBoardPages(this IEndpointRouteBuilder pages)
    {
        var board = pages.MapGroup("/board").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        board.MapGet("", ShowAsync);
        board.MapGet("/cards", CardsAsync);
        board.MapPost("/{number:long}/status", MoveAsync);
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser user,
        ReadListRequest readRequest,
        LeadQueries leads,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var request = await readRequest.RunAsync(
            context.Request.QueryString.Value,
            user,
            context.TakeFlash()?.Undo,
            cancellation
        );
        if (!request.IsClear)
            return request.Problem;
        var page = await leads.ColumnsAsync(request.Leads, Piece, user, cancellation);
        return Pages.Page<BoardPage>(
            new
            {
                Model = new ListModel("/board", request.Query, request.Context, page, user, readRequest.PracticeAreas),
            }
        );
    }

    /// <summary>The next cards of a column, as a piece of the page.</summary>
    private static async Task<IResult> CardsAsync(
        CurrentUser user,
        ReadListRequest readRequest,
        LeadQueries leads,
        ReadListContext readContext,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var query = ListQuery.Read(context.Request.QueryString.Value, user, view: null, out var problem);
        if (query is not { Filter.Statuses: [var status] })
            return ErrorPages.For(
                StatusCodes.Status400BadRequest,
                "That filter does not work",
                problem ?? T["A column has one status."]
            );
        var column = readRequest.ToLeadQuery(query.Filter) with { Before = query.Before, Limit = Piece };
        var page = await leads.PageAsync(column, user, cancellation);
        return Pages.Page<BoardPiece>(
            new
            {
                Query = query,
                Status = status,
                page.Rows,
                page.HasNext,
                (await readContext.RunAsync(user, undo: null, cancellation)).Tags,
            }
        );
    }

    private static async Task<IResult> MoveAsync(
        [AsParameters] PostedCardMove move,
        CurrentUser user,
        ChangeLeads changeLeads,
        LeadQueries leads,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!LeadStatus.TryParse(move.Status, out var next))
            return ErrorPages.For(StatusCodes.Status400BadRequest);

        var back = ListPages.Back(move.Back);
        // A script wants to know what came of it, and asks for the board by itself; a form without one is sent on.
        var isByScript = context.Request.Headers["X-Piece"].Count > 0;
        // The script asks in a dialog. What is refused anyway needs no reason.
        if (
            !isByScript
            && next.Stage == LeadStage.Declined
            && string.IsNullOrEmpty(move.Asked)
            && string.IsNullOrEmpty(move.DeclineReason)
            && string.IsNullOrEmpty(move.Reason)
            && (await leads.StatusOfAsync(move.Number, user, cancellation))?.MayBecome(next) == true
        )
            return Pages.Page<DeclineCardPage>(
                new
                {
                    move.Number,
                    Status = move.Status!,
                    move.Version,
                    move.From,
                    Back = back,
                }
            );
        var (lead, refusal) = await changeLeads.OneAsync(
            LeadSelection.One(move.Number, move.Seen()),
            LeadChange.MoveTo(next, move.Reason, move.DeclineReason),
            user,
            cancellation
        );
        return refusal switch
        {
            Refusal.NotFound => Refused(
                StatusCodes.Status404NotFound,
                T["There is no lead {0}.", move.Number],
                T["It may have been erased or assigned to someone else."]
            ),
            not null => Refused(
                StatusCodes.Status409Conflict,
                Conflict.Words(refusal).Title,
                T["Nothing was changed."]
            ),
            null => Moved(lead!.Summary),
        };

        IResult Moved(ChangeSummary? done)
        {
            if (isByScript)
                return done is null
                    ? Results.NoContent()
                    : Pages.Page<Components.Toast>(new { Done = done, Back = back });
            if (done is not null)
                context.Leave(FlashMessage.Moved with { Undo = done.Id });
            return Pages.SeeOther(back);
        }

        IResult Refused(int code, string title, string sentence) =>
            isByScript
                ? Pages.Page<Components.Toast>(new { Problem = title, Sentence = sentence }, code)
                : ErrorPages.For(code, title, sentence);
    }
}
