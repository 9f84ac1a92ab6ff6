using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace;

/// <summary>The page of a lead, for people of the firm.</summary>
public static class WorkspacePages
{
    /// <summary>Maps what is below <c>/leads/{number}</c>.</summary>
    public static void MapWorkspacePages(this IEndpointRouteBuilder pages)
    {
        var leads = pages.MapGroup("/leads").RequireAuthorization(Rights.WorkLeads).AddEndpointFilter(KeepOutOfCaches);
        leads.MapPalette();
        leads.MapNewLead();
        leads.MapGet("/{number:long}", ShowAsync);
        leads.MapGet("/{number:long}/resume", DownloadAsync);
        leads.MapPost("/{number:long}/status", MoveAsync);
        leads.MapPost("/{number:long}/assign", AssignAsync);
    }

    private static async Task<IResult> ShowAsync(
        long number,
        CurrentUser user,
        LeadQueries leads,
        MarkRead markRead,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await leads.FindAsync(number, user, cancellation) is not { } details)
            return NoSuchLead(number);
        await markRead.RunAsync(number, user, cancellation);
        return Pages.Page<LeadDetailsPage>(new { Details = details, Done = Flash.Take(context) });
    }

    private static async Task<IResult> DownloadAsync(
        long number,
        CurrentUser user,
        LeadQueries leads,
        IResumeStore store,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        await leads.FindWithResumeAsync(number, user, cancellation) is { } lead
            ? await ResumeDownload.AnswerAsync(context, lead, store, cancellation)
            : NoSuchLead(number);

    private static async Task<IResult> MoveAsync(
        long number,
        [FromForm] string? status,
        [FromForm] uint? version,
        [FromForm] string? from,
        CurrentUser user,
        ChangeStatus changeStatus,
        LeadQueries leads,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!WireName.TryParse(status, out LeadStatus next))
            return ErrorPages.For(StatusCodes.Status400BadRequest);

        var seen = version is { } of
            ? new SeenLead(of, WireName.TryParse(from, out LeadStatus shown) ? shown : null)
            : null;
        var result = await changeStatus.RunAsync(number, next, seen, user, cancellation);
        switch (result)
        {
            case ChangeStatusResult.Changed:
                Flash.Leave(context, Done.Moved);
                return Pages.SeeOther(Address(number));
            case ChangeStatusResult.AlreadySo:
                Flash.Leave(context, Done.AlreadyThere);
                return Pages.SeeOther(Address(number));
            case ChangeStatusResult.NotFound:
                return NoSuchLead(number);
            default:
                return await leads.FindAsync(number, user, cancellation) is { } fresh
                    ? Pages.Page<LeadDetailsPage>(
                        new { Details = fresh, Conflict = Conflict.Words(result) },
                        StatusCodes.Status409Conflict
                    )
                    : NoSuchLead(number);
        }
    }

    private static async Task<IResult> AssignAsync(
        long number,
        [FromForm(Name = "assigned_to")] string? assignedTo,
        CurrentUser user,
        UpdateLead updateLead,
        LeadQueries leads,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!Guid.TryParse(assignedTo, out var attorney) && !string.IsNullOrEmpty(assignedTo))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        if (await leads.IdOfAsync(number, user, cancellation) is not { } id)
            return NoSuchLead(number);

        var change = new LeadChange { Assigns = true, AssignedTo = string.IsNullOrEmpty(assignedTo) ? null : attorney };
        switch (await updateLead.RunAsync(id, change, version: null, user, cancellation))
        {
            case UpdateLeadResult.Updated:
                Flash.Leave(context, Done.Assigned);
                return Pages.SeeOther(Address(number));
            case UpdateLeadResult.Invalid:
                return await ConflictAsync(
                    new Conflict(
                        "This person does not take leads any more.",
                        "Nothing was changed. Choose somebody else."
                    )
                );
            case UpdateLeadResult.BeingWelcomed:
                return await ConflictAsync(Conflict.Words(new ChangeStatusResult.BeingWelcomed()));
            default:
                return NoSuchLead(number);
        }

        async Task<IResult> ConflictAsync(Conflict conflict) =>
            await leads.FindAsync(number, user, cancellation) is { } fresh
                ? Pages.Page<LeadDetailsPage>(
                    new { Details = fresh, Conflict = conflict },
                    StatusCodes.Status409Conflict
                )
                : NoSuchLead(number);
    }

    private static string Address(long number) => string.Create(CultureInfo.InvariantCulture, $"/leads/{number}");

    private static IResult NoSuchLead(long number) =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            string.Create(CultureInfo.InvariantCulture, $"There is no lead {number}"),
            "The number may be mistyped, or the lead has been erased."
        );

    // What prospects told the firm must not stay in a browser after signing out.
    private static ValueTask<object?> KeepOutOfCaches(
        EndpointFilterInvocationContext invocation,
        EndpointFilterDelegate next
    )
    {
        invocation.HttpContext.Response.Headers.CacheControl = "private, no-store";
        return next(invocation);
    }
}
