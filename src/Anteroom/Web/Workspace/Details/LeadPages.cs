using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Live;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Details;

/// <summary>The page of a lead, and what is changed about it with one click.</summary>
public static class LeadPages
{
    /// <summary>Maps <c>/leads/{number}</c> and what is below it.</summary>
    public static void MapLeadPages(this IEndpointRouteBuilder pages)
    {
        var lead = pages.MapGroup("/leads/{number:long}").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        lead.MapGet("", ShowAsync);
        lead.MapPost("/status", MoveAsync);
        lead.MapPost("/assign", AssignAsync);
        lead.MapPost("/presence", BeatAsync);
        lead.MapLeadWriting();
        lead.MapLeadEditing();
        lead.MapResumePages();
    }

    private static Task<IResult> ShowAsync(
        long number,
        CurrentUser user,
        LeadScreen screen,
        CancellationToken cancellation
    ) => screen.ShowAsync(number, user, cancellation);

    private static async Task<IResult> MoveAsync(
        long number,
        [FromForm] string? status,
        [FromForm] uint? version,
        [FromForm] string? from,
        [FromForm] string? reason,
        CurrentUser user,
        ChangeLeads changeLeads,
        LeadScreen screen,
        CancellationToken cancellation
    )
    {
        if (!LeadStatus.TryParse(status, out var next))
            return ErrorPages.For(StatusCodes.Status400BadRequest);

        var seen = version is { } of ? new SeenLead(of, LeadStatus.TryParse(from, out var shown) ? shown : null) : null;
        return await changeLeads.OneAsync(
            LeadSelection.One(number, seen),
            LeadChange.MoveTo(next, reason),
            user,
            cancellation
        ) switch
        {
            ({ Summary: { } done }, null) => screen.BackTo(number, FlashMessage.Moved with { Undo = done.Id }),
            (_, null) => screen.BackTo(number, FlashMessage.AlreadyThere),
            (_, var refusal) => await screen.RefusedAsync(number, user, refusal, cancellation),
        };
    }

    private static async Task<IResult> AssignAsync(
        long number,
        [FromForm(Name = "assigned_to")] string? assignedTo,
        CurrentUser user,
        ChangeLeads changeLeads,
        LeadScreen screen,
        CancellationToken cancellation
    )
    {
        if (!Guid.TryParse(assignedTo, out var attorney) && !string.IsNullOrEmpty(assignedTo))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        return await changeLeads.OneAsync(
            LeadSelection.One(number),
            LeadChange.AssignTo(string.IsNullOrEmpty(assignedTo) ? null : attorney),
            user,
            cancellation
        ) switch
        {
            (var lead, null) => screen.BackTo(number, FlashMessage.Assigned with { Undo = lead!.Summary?.Id }),
            (_, Refusal.Invalid) => await screen.ShowAsync(
                number,
                user,
                cancellation,
                conflict: new Conflict(
                    "This person no longer takes leads.",
                    "Nothing was changed. Choose someone else."
                ),
                status: StatusCodes.Status409Conflict
            ),
            (_, var refusal) => await screen.RefusedAsync(number, user, refusal, cancellation),
        };
    }

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
