using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Live;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Details;

/// <summary>A move to another status, as the lead's page sends it.</summary>
internal sealed record PostedMove
{
    [FromForm]
    public string? Status { get; init; }

    /// <summary>The lead's version on the page.</summary>
    [FromForm]
    public uint? Version { get; init; }

    /// <summary>The lead's status on the page.</summary>
    [FromForm]
    public string? From { get; init; }

    /// <summary>A note, or a reason in own words.</summary>
    [FromForm]
    public string? Reason { get; init; }

    /// <summary>One of the firm's reasons, for a decline.</summary>
    [FromForm(Name = "decline_reason")]
    public string? DeclineReason { get; init; }

    public SeenLead? Seen() =>
        Version is { } version
            ? new SeenLead(version, LeadStatus.TryParse(From, out var status) ? status : null)
            : null;
}

/// <summary>The page of a lead, and its one-click changes.</summary>
internal static class LeadPages
{
    public static void MapLeadPages(this IEndpointRouteBuilder pages)
    {
        var lead = pages.MapGroup("/leads/{number:long}").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        lead.MapGet("", ShowAsync);
        lead.MapPost("/status", MoveAsync);
        lead.MapPost("/assign", AssignAsync);
        lead.MapPost("/presence", BeatAsync);
        lead.MapPost("/hold", PlaceHoldAsync).RequireAuthorization(Rights.Administer);
        lead.MapPost("/hold/release", ReleaseHoldAsync).RequireAuthorization(Rights.Administer);
        lead.MapLeadWriting();
        lead.MapLeadEditing();
        lead.MapResumePages();
        lead.MapFilePages();
        lead.MapDeclinePages();
    }

    private static Task<IResult> ShowAsync(
        long number,
        CurrentUser user,
        LeadScreen screen,
        CancellationToken cancellation
    ) => screen.ShowAsync(number, user, cancellation);

    private static async Task<IResult> PlaceHoldAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? reason,
        HoldLead holds
    ) =>
        await holds.PlaceAsync(request.Number, reason, request.User, request.Cancellation) switch
        {
            null => request.Back(FlashMessage.HoldPlaced),
            Refusal.Invalid => await request.RefuseAsync(
                new Conflict(
                    T["The lead is not on hold."],
                    T["Say briefly why it should be, such as the matter and who asked for it."]
                ),
                status: StatusCodes.Status422UnprocessableEntity
            ),
            _ => await request.MissingAsync(),
        };

    private static async Task<IResult> ReleaseHoldAsync([AsParameters] LeadRequest request, HoldLead holds) =>
        await holds.ReleaseAsync(request.Number, request.User, request.Cancellation) is null
            ? request.Back(FlashMessage.HoldReleased)
            : await request.MissingAsync();

    private static async Task<IResult> MoveAsync(
        [AsParameters] LeadRequest request,
        [AsParameters] PostedMove move,
        ChangeLeads changeLeads
    )
    {
        if (!LeadStatus.TryParse(move.Status, out var next))
            return ErrorPages.For(StatusCodes.Status400BadRequest);

        return await changeLeads.OneAsync(
            LeadSelection.One(request.Number, move.Seen()),
            LeadChange.MoveTo(next, move.Reason, move.DeclineReason),
            request.User,
            request.Cancellation
        ) switch
        {
            ({ Summary: { } done }, null) => request.Back(FlashMessage.Moved with { Undo = done.Id }),
            (_, null) => request.Back(FlashMessage.AlreadyThere),
            (_, var refusal) => await request.RefusedAsync(refusal),
        };
    }

    private static async Task<IResult> AssignAsync(
        [AsParameters] LeadRequest request,
        [FromForm(Name = "assigned_to")] string? assignedTo,
        [FromForm] string? welcome,
        ChangeLeads changeLeads,
        LeadQueries leads
    )
    {
        if (!Guid.TryParse(assignedTo, out var attorney) && !string.IsNullOrEmpty(assignedTo))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        var welcomes = Welcomes(welcome);
        // The page was opened before the lead was late: who assigns has not been told what follows.
        if (
            welcomes is null
            && attorney != Guid.Empty
            && await leads.WelcomedWhenAssignedAsync([request.Number], request.User, request.Cancellation) > 0
        )
            return await request.AskAboutWelcomeAsync(attorney);
        return await changeLeads.OneAsync(
            LeadSelection.One(request.Number),
            LeadChange.AssignTo(string.IsNullOrEmpty(assignedTo) ? null : attorney, welcomes),
            request.User,
            request.Cancellation
        ) switch
        {
            (var lead, null) => request.Back(FlashMessage.Assigned with { Undo = lead!.Summary?.Id }),
            (_, Refusal.Invalid) => await request.RefuseAsync(
                new Conflict(T["This person no longer takes leads."], T["Nothing was changed. Choose someone else."])
            ),
            (_, var refusal) => await request.RefusedAsync(refusal),
        };
    }

    /// <summary>What the buttons of an assignment say of the welcome email; null when nobody was asked.</summary>
    internal static bool? Welcomes(string? posted) =>
        posted switch
        {
            "send" => true,
            "none" => false,
            _ => null,
        };

    /// <summary>The page's script says every 15 seconds that somebody looks at it, and gets the names of the others.</summary>
    private static async Task<IResult> BeatAsync(
        long number,
        [FromForm] string? leave,
        CurrentUser user,
        LeadQueries leads,
        LeadPresence presence,
        Changes changes,
        CancellationToken cancellation
    )
    {
        if (await leads.IdOfAsync(number, user, cancellation) is not { } id)
            return Results.NotFound();
        if (leave is not null)
        {
            await presence.LeaveAsync(id, user, cancellation);
            return Results.NoContent();
        }

        var isNew = await presence.BeatAsync(id, user, cancellation);
        var others = await presence.OthersAsync(id, user, cancellation);
        if (isNew && others.Count > 0)
            changes.Publish(number); // they see it now, and not at their next beat
        IResult names = Pages.Page<Viewers>(new { Names = others });
        return names;
    }
}
