using System.Globalization;
using Anteroom.Firm;
using Anteroom.Leads;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Workspace.Details;

/// <summary>Pages that change a lead as a whole: its facts, and merging it with another.</summary>
internal static class LeadEditing
{
    /// <summary>Maps <c>/edit</c> and <c>/merge</c> below a lead.</summary>
    public static void MapLeadEditing(this RouteGroupBuilder lead)
    {
        lead.MapGet("/edit", ShowEditAsync);
        lead.MapPost("/edit", EditAsync);
        lead.MapGet("/merge", CompareAsync);
        lead.MapPost("/merge", MergeAsync);
    }

    private static async Task<IResult> ShowEditAsync(
        long number,
        CurrentUser user,
        LeadQueries leads,
        LeadScreen screen,
        IOptions<FirmOptions> firm,
        CancellationToken cancellation
    ) =>
        await leads.FindWithResumeAsync(number, user, cancellation) is { } lead
            ? Form(lead, Typed(lead), screen, firm.Value)
            : await screen.MissingAsync(number, user, cancellation);

    private static FieldTexts Typed(Lead lead)
    {
        var texts = FieldTexts.Of(lead);
        texts.Add("source", lead.Source);
        return texts;
    }

    private static async Task<IResult> EditAsync(
        long number,
        IFormCollection sent,
        [FromForm] uint? version,
        CurrentUser user,
        EditLead editLead,
        LeadScreen screen,
        IOptions<FirmOptions> firm,
        CancellationToken cancellation
    )
    {
        var form = FieldTexts.Of(sent);
        return await editLead.RunAsync(number, form, version, user, cancellation) switch
        {
            (var changed, null) => screen.BackTo(number, changed ? FlashMessage.Edited : FlashMessage.NothingEdited),
            (_, InvalidEdit wrong) => Form(
                wrong.Lead,
                form,
                screen,
                firm.Value,
                wrong.Errors,
                status: StatusCodes.Status422UnprocessableEntity
            ),
            (_, Refusal.ChangedMeanwhile<Lead> meanwhile) => Form(
                meanwhile.Now,
                form,
                screen,
                firm.Value,
                changedMeanwhile: true,
                status: StatusCodes.Status409Conflict
            ),
            _ => await screen.MissingAsync(number, user, cancellation),
        };
    }

    private static RazorComponentResult<EditLeadPage> Form(
        Lead lead,
        FieldTexts form,
        LeadScreen screen,
        FirmOptions firm,
        FieldErrors? errors = null,
        bool changedMeanwhile = false,
        int status = StatusCodes.Status200OK
    ) =>
        Pages.Page<EditLeadPage>(
            new
            {
                Lead = lead,
                Form = form,
                screen.List,
                firm.PracticeAreas,
                Errors = errors ?? new FieldErrors(),
                ChangedMeanwhile = changedMeanwhile,
            },
            status
        );

    private static async Task<IResult> CompareAsync(
        long number,
        string? other,
        CurrentUser user,
        LeadQueries leads,
        LeadScreen screen,
        CancellationToken cancellation
    )
    {
        if (await leads.FindWithResumeAsync(number, user, cancellation) is not { } lead)
            return await screen.MissingAsync(number, user, cancellation);
        var second = long.TryParse(
            other?.Trim().TrimStart('#'),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var wanted
        )
            ? await leads.FindWithResumeAsync(wanted, user, cancellation)
            : null;
        var problem =
            second is null ? "There is no lead of that number. It may have been merged or erased."
            : second.Id == lead.Id ? "That is this lead itself. Please enter the number of another one."
            : null;
        return problem is null
            ? Pages.Page<MergePage>(
                new
                {
                    Lead = lead,
                    Other = second!,
                    screen.List,
                }
            )
            : Pages.Page<MergePage>(
                new
                {
                    Lead = lead,
                    Asked = other,
                    Problem = problem,
                    screen.List,
                },
                StatusCodes.Status422UnprocessableEntity
            );
    }

    private static async Task<IResult> MergeAsync(
        long number,
        [FromForm] long? other,
        [FromForm] long? stays,
        CurrentUser user,
        MergeLeads mergeLeads,
        LeadQueries leads,
        LeadScreen screen,
        CancellationToken cancellation
    )
    {
        if (other is not { } second || stays is not { } kept || (kept != number && kept != second))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        switch (await mergeLeads.RunAsync(kept, kept == number ? second : number, user, cancellation))
        {
            case null:
                return screen.BackTo(kept, FlashMessage.Merged);
            case LeadRefusal.AlreadyMerged already:
                return screen.BackTo(already.Into, FlashMessage.MergedMeanwhile);
            case LeadRefusal.BeingWelcomed:
                return await screen.ShowAsync(
                    number,
                    user,
                    cancellation,
                    conflict: new Conflict(
                        "The welcome email of one of the two is being sent at this moment.",
                        "Nothing was merged. Try again in a few seconds."
                    ),
                    status: StatusCodes.Status409Conflict
                );
            case LeadRefusal.OneIsSample:
                return ErrorPages.For(
                    StatusCodes.Status409Conflict,
                    "One of the two is sample data",
                    "Nothing was merged: the lead that is real would go when the sample data is removed."
                );
            case LeadRefusal.SameLead:
                return ErrorPages.For(StatusCodes.Status400BadRequest);
            default:
                return await leads.IdOfAsync(number, user, cancellation) is null
                    ? await screen.MissingAsync(number, user, cancellation)
                    : LeadScreen.NoSuchLead(second);
        }
    }
}
