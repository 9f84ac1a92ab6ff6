using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Bulk;
using Anteroom.Leads;
using Anteroom.Web.Workspace.Details;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Web.Workspace.List;

/// <summary>The bulk actions on a selection of leads.</summary>
internal sealed record SelectionActions(
    LeadQueries Leads,
    ChangeLeads Change,
    TrashLeads Trash,
    WriteBulk Write,
    UserQueries Users
);

/// <summary>Bulk actions on a selection of leads, undo, and the trash.</summary>
internal static class SelectionPages
{
    public static void MapSelectionPages(this IEndpointRouteBuilder pages)
    {
        var leads = pages.MapGroup("/leads").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        leads.MapPost("/selection", DoAsync);
        leads.MapPost("/undo", UndoAsync);
        var trash = pages.MapGroup("/leads/trash").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        trash.MapGet("", TrashAsync);
        trash.MapPost("/restore", RestoreAsync);
    }

    private static async Task<IResult> DoAsync(
        [FromForm] IFormCollection form,
        CurrentUser user,
        ReadListRequest readRequest,
        [AsParameters] SelectionActions actions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var back = ListPages.Back(form["back"]);
        // The menu of a row names its lead in the address, and has only the owner to choose.
        var one = context.Request.Query["lead"].ToString();
        var filter = form.ContainsKey("all")
            ? LeadFilter.Read(form["query"], user, out var errors)
            : LeadFilter.Read(
                QueryString.Create("lead", one.Length > 0 ? one : string.Join(',', form["lead"].ToArray())).Value,
                user,
                out errors
            );
        if (!errors.IsEmpty)
            return ErrorPages.For(
                StatusCodes.Status400BadRequest,
                "That selection does not work",
                T.Say(errors.ByField.First().Value[0])
            );
        if (!form.ContainsKey("all") && filter.Numbers.Count == 0)
            return ErrorPages.For(
                StatusCodes.Status422UnprocessableEntity,
                "Nothing is selected",
                "Tick leads in the list first, then choose what to do with them."
            );

        switch (one.Length > 0 ? "assign" : form["action"].ToString())
        {
            case "email":
                return Pages.SeeOther($"/bulk/{await actions.Write.BeginAsync(filter, user, cancellation)}");
            case "export":
                return Pages.SeeOther("/leads.csv" + filter.ToQuery());
            case "status" when LeadStatus.TryParse(form["status"], out var status):
                return await ChangeAsync(LeadChange.MoveTo(status, declineReason: form["decline_reason"]));
            case "assign" when Owner(form["assigned_to"], user, out var owner):
                return await AssignAsync(owner);
            case "delete":
                return Done(await actions.Trash.DeleteAsync(await NumbersAsync(), user, cancellation));
            case "status" or "assign":
                return ErrorPages.For(
                    StatusCodes.Status422UnprocessableEntity,
                    "Something is missing",
                    "Choose a status or a person first, then press the button beside it."
                );
            default:
                return ErrorPages.For(StatusCodes.Status400BadRequest);
        }

        // Whoever assigns late leads is told before that this writes to people.
        async Task<IResult> AssignAsync(Guid? owner)
        {
            var welcomes = LeadPages.Welcomes(form["welcome"]);
            if (owner is null || welcomes is not null)
                return await ChangeAsync(LeadChange.AssignTo(owner, welcomes));
            var numbers = await NumbersAsync();
            var emails = await actions.Leads.WelcomedWhenAssignedAsync(numbers, user, cancellation);
            if (emails == 0)
                return await ChangeAsync(LeadChange.AssignTo(owner));
            return Pages.Page<AssignPage>(
                new
                {
                    Numbers = numbers,
                    Emails = emails,
                    Owner = form["assigned_to"].ToString(),
                    Name = (await actions.Users.NamesAsync(cancellation))
                        .FirstOrDefault(person => person.Id == owner)
                        ?.Name,
                    Back = back,
                },
                StatusCodes.Status409Conflict
            );
        }

        async Task<IResult> ChangeAsync(LeadChange what) =>
            await actions.Change.ManyAsync(await NumbersAsync(), what, user, cancellation) is { } done ? Done(done)
            : what.Assigns
                ? ErrorPages.For(
                    StatusCodes.Status422UnprocessableEntity,
                    "This person no longer takes leads",
                    "Nothing was changed. Choose someone else."
                )
            : ErrorPages.For(
                StatusCodes.Status422UnprocessableEntity,
                "That reason is no longer on the list",
                "Nothing was changed. Choose another one."
            );

        IResult Done(ChangeSummary done)
        {
            context.Leave(FlashMessage.LeadsChanged with { Undo = done.Id });
            return Pages.SeeOther(back);
        }

        // What is named is looked at by the use case; what is meant by a filter is found here, up to the bound.
        async Task<IReadOnlyList<long>> NumbersAsync() =>
            filter.Numbers.Count > 0 && !form.ContainsKey("all")
                ? filter.Numbers
                : await actions
                    .Leads.Matching(readRequest.ToLeadQuery(filter), user, LeadFilter.MostNumbers)
                    .Select(lead => lead.Number)
                    .ToListAsync(cancellation);
    }

    private static bool Owner(string? text, CurrentUser user, out Guid? owner)
    {
        owner =
            text == "me" ? user.Id
            : Guid.TryParse(text, out var id) ? id
            : null;
        return owner is not null || text == "none";
    }

    private static async Task<IResult> UndoAsync(
        [FromForm] string? undo,
        [FromForm] string? back,
        CurrentUser user,
        UndoChange undoChange,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!Guid.TryParse(undo, out var id) || await undoChange.RunAsync(id, user, cancellation) is not { } done)
            return ErrorPages.For(
                StatusCodes.Status404NotFound,
                "That can no longer be undone",
                "Changes can be taken back for a day, by who made them."
            );
        var message = done switch
        {
            { Letter: CalledBack.InTime } => FlashMessage.LetterCalledBack,
            { Letter: CalledBack.TooLate } => FlashMessage.LetterWasSent,
            { Restored: > 0 } => FlashMessage.Undone,
            _ => FlashMessage.NotUndone,
        };
        context.Leave(message with { Undo = id });
        return Pages.SeeOther(ListPages.Back(back));
    }

    private static async Task<IResult> TrashAsync(
        TrashLeads trash,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<TrashPage>(
            new { Leads = await trash.ListAsync(cancellation), Restored = context.TakeFlash()?.Count }
        );

    private static async Task<IResult> RestoreAsync(
        [FromForm] IFormCollection form,
        CurrentUser user,
        TrashLeads trash,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        List<long> numbers = [];
        foreach (var text in form["lead"])
            if (
                numbers.Count < LeadFilter.MostNumbers
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            )
                numbers.Add(number);
        context.Leave(FlashMessage.Restored with { Count = await trash.RestoreAsync(numbers, user, cancellation) });
        return Pages.SeeOther("/leads/trash");
    }
}
