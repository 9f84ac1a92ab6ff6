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
    public static void MapLeadEditing(this RouteGroupBuilder lead)
    {
        lead.MapGet("/edit", ShowEditAsync);
        lead.MapPost("/edit", EditAsync);
        lead.MapGet("/merge", CompareAsync);
        lead.MapPost("/merge", MergeAsync);
    }

    private static async Task<IResult> ShowEditAsync(
        [AsParameters] LeadRequest request,
        LeadQueries leads,
        IOptions<FirmOptions> firm,
        string? email = null,
        string? phone = null
    )
    {
        if (await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation) is not { } lead)
            return await request.MissingAsync();
        var texts = Typed(lead);
        // What was found in the resume, for a person to look at and save.
        if (email is not null)
            texts.Replace("email", email);
        if (phone is not null)
            texts.Replace("phone", phone);
        return Form(lead, texts, request.Screen, firm.Value);
    }

    private static FieldTexts Typed(Lead lead)
    {
        var texts = FieldTexts.Of(lead);
        texts.Add("source", lead.Source);
        return texts;
    }

    private static async Task<IResult> EditAsync(
        [AsParameters] LeadRequest request,
        IFormCollection sent,
        [FromForm] uint? version,
        EditLead editLead,
        IOptions<FirmOptions> firm
    )
    {
        var form = FieldTexts.Of(sent);
        return await editLead.RunAsync(request.Number, form, version, request.User, request.Cancellation) switch
        {
            (var changed, null) => request.Back(changed ? FlashMessage.Edited : FlashMessage.NothingEdited),
            (_, InvalidEdit wrong) => Form(
                wrong.Lead,
                form,
                request.Screen,
                firm.Value,
                wrong.Errors,
                status: StatusCodes.Status422UnprocessableEntity
            ),
            (_, Refusal.ChangedMeanwhile<Lead> meanwhile) => Form(
                meanwhile.Now,
                form,
                request.Screen,
                firm.Value,
                changedMeanwhile: true,
                status: StatusCodes.Status409Conflict
            ),
            _ => await request.MissingAsync(),
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
        [AsParameters] LeadRequest request,
        string? other,
        LeadQueries leads
    )
    {
        if (await leads.FindWithResumeAsync(request.Number, request.User, request.Cancellation) is not { } lead)
            return await request.MissingAsync();
        var second = long.TryParse(
            other?.Trim().TrimStart('#'),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var wanted
        )
            ? await leads.FindWithResumeAsync(wanted, request.User, request.Cancellation)
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
                    request.Screen.List,
                }
            )
            : Pages.Page<MergePage>(
                new
                {
                    Lead = lead,
                    Asked = other,
                    Problem = problem,
                    request.Screen.List,
                },
                StatusCodes.Status422UnprocessableEntity
            );
    }

    private static async Task<IResult> MergeAsync(
        [AsParameters] LeadRequest request,
        [FromForm] long? other,
        [FromForm] long? stays,
        MergeLeads mergeLeads,
        LeadQueries leads
    )
    {
        if (other is not { } second || stays is not { } kept || (kept != request.Number && kept != second))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        switch (
            await mergeLeads.RunAsync(
                kept,
                kept == request.Number ? second : request.Number,
                request.User,
                request.Cancellation
            )
        )
        {
            case null:
                return request.Screen.BackTo(kept, FlashMessage.Merged);
            case LeadRefusal.AlreadyMerged already:
                return request.Screen.BackTo(already.Into, FlashMessage.MergedMeanwhile);
            case LeadRefusal.BeingWelcomed:
                return await request.RefuseAsync(
                    new Conflict(
                        T["The welcome email of one of the two is being sent at this moment."],
                        T["Nothing was merged. Try again in a few seconds."]
                    )
                );
            case LeadRefusal.OnHold:
                return ErrorPages.For(
                    StatusCodes.Status409Conflict,
                    "The lead that would go is on legal hold",
                    "Nothing was merged. Let the lead on hold stay, or have an administrator release the hold."
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
                return await leads.IdOfAsync(request.Number, request.User, request.Cancellation) is null
                    ? await request.MissingAsync()
                    : LeadScreen.NoSuchLead(second);
        }
    }
}
