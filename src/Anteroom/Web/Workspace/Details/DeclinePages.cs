using Anteroom.Leads;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Details;

/// <summary>A decline with its letter, as the page sends it.</summary>
internal sealed record PostedDecline
{
    /// <summary><c>send</c>, <c>print</c>, or <c>insert</c> for the chosen snippet.</summary>
    [FromForm]
    public string? Do { get; init; }

    /// <summary>The lead's version on the page.</summary>
    [FromForm]
    public uint? Version { get; init; }

    /// <summary>The lead's status on the page.</summary>
    [FromForm]
    public string? From { get; init; }

    [FromForm(Name = "decline_reason")]
    public string? DeclineReason { get; init; }

    [FromForm]
    public string? Reason { get; init; }

    [FromForm]
    public Guid? Snippet { get; init; }

    [FromForm]
    public string? Subject { get; init; }

    [FromForm]
    public string? Text { get; init; }

    public DeclineForm Form => new(DeclineReason, Reason, Subject, Text);

    public SeenLead? Seen() =>
        Version is { } version
            ? new SeenLead(version, LeadStatus.TryParse(From, out var status) ? status : null)
            : null;
}

/// <summary>The page that declines a lead and writes to the prospect in one step.</summary>
internal static class DeclinePages
{
    public static void MapDeclinePages(this RouteGroupBuilder lead)
    {
        lead.MapGet("/decline", ShowAsync);
        lead.MapPost("/decline", DeclineAsync);
    }

    private static async Task<IResult> ShowAsync([AsParameters] LeadRequest request, DeclineByLetter decline) =>
        await decline.BeginAsync(request.Number, snippet: null, request.User, request.Cancellation) is { } draft
            ? Page(request, draft, new(Reason: null, Note: null, draft.Letter?.Subject, draft.Letter?.Text))
            : await request.MissingAsync();

    private static async Task<IResult> DeclineAsync(
        [AsParameters] LeadRequest request,
        [AsParameters] PostedDecline posted,
        DeclineByLetter decline
    )
    {
        if (posted.Do is not ("send" or "print"))
            return
                await decline.BeginAsync(request.Number, posted.Snippet, request.User, request.Cancellation)
                    is { } begun
                ? Page(request, begun, posted.Form with { Subject = begun.Letter?.Subject, Text = begun.Letter?.Text })
                : await request.MissingAsync();
        var onPaper = posted.Do == "print";
        var (now, refusal) = await decline.RunAsync(
            request.Number,
            posted.Seen(),
            posted.Form,
            onPaper,
            request.User,
            request.Cancellation
        );
        return refusal switch
        {
            null when now!.Summary is { } done => request.Back(
                (onPaper ? FlashMessage.DeclinedOnPaper : FlashMessage.DeclinedByEmail) with
                {
                    Undo = done.Id,
                }
            ),
            null => request.Back(FlashMessage.AlreadyThere),
            Refusal.Invalid wrong when await AgainAsync() is { } draft => Page(
                request,
                draft,
                posted.Form,
                wrong.Errors
            ),
            _ => await request.RefusedAsync(refusal),
        };

        Task<DeclineDraft?> AgainAsync() =>
            decline.BeginAsync(request.Number, posted.Snippet, request.User, request.Cancellation);
    }

    private static RazorComponentResult<DeclinePage> Page(
        LeadRequest request,
        DeclineDraft draft,
        DeclineForm form,
        FieldErrors? errors = null
    ) =>
        Pages.Page<DeclinePage>(
            new
            {
                Draft = draft,
                Form = form,
                Errors = errors ?? new FieldErrors(),
                request.Screen.List,
            },
            errors is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
}
