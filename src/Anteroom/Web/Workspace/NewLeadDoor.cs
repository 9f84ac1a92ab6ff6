using System.Globalization;
using Anteroom.Firm;
using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>The form for leads by hand as a door: what cannot be taken comes back as the form, with everything that was typed.</summary>
internal sealed class NewLeadDoor(
    IFormCollection sent,
    CurrentUser user,
    LeadQueries leads,
    Attorneys attorneys,
    FirmOptions firm
) : IDoor
{
    private const int MostSame = 5;

    private readonly NewLeadForm _form = NewLeadForm.Sent(FieldTexts.Of(sent));

    public async Task<Submission> ReadAsync(SubmissionReader reader, HttpContext context)
    {
        var owner =
            _form.AssignedTo == "me" ? user.Id
            : Guid.TryParse(_form.AssignedTo, out var id) ? id
            : (Guid?)null;
        var submission = await reader.ReadSentAsync(sent, _form.Source, context.RequestAborted) with
        {
            Entry = new StaffEntry(user)
            {
                HasSpoken = _form.HasSpoken,
                Confirms = _form.Confirms,
                AssignedTo = owner,
            },
        };
        if (!StaffEntry.Sources.Contains(submission.Source, StringComparer.Ordinal))
            submission.Errors.Add("source", $"Please choose one of: {string.Join(", ", StaffEntry.Sources)}.");
        if (owner is null && _form.AssignedTo != NewLeadForm.Automatic)
            submission.Errors.Add("assigned_to", "Please choose somebody, or let Anteroom choose.");
        return submission;
    }

    /// <summary>Asks about a possible duplicate once everything else is right.</summary>
    public async Task<IResult?> HoldAsync(Submission submission, HttpContext context)
    {
        if (_form.IsAnother || !submission.Check(firm))
            return null;
        var same = await SameAsync(submission.Texts["email"], submission.Texts["phone"], context.RequestAborted);
        return same.Count == 0
            ? null
            : await AgainAsync(submission, _form with { Same = same }, StatusCodes.Status409Conflict);
    }

    public IResult Accepted(Submission submission, SubmitResult.Accepted accepted, HttpContext context)
    {
        context.Leave(FlashMessage.LeadCreated);
        return Pages.SeeOther(string.Create(CultureInfo.InvariantCulture, $"/leads/{accepted.Number}"));
    }

    public Task<IResult> InvalidAsync(Submission submission, FieldErrors errors) =>
        AgainAsync(submission, _form with { Errors = errors }, StatusCodes.Status422UnprocessableEntity);

    public Task<IResult> RefusedAsync(Submission? submission, int status, Sentence sentence) =>
        AgainAsync(submission, _form with { Problem = sentence }, status);

    public Sentence Outage(Sentence whatWasSaved) =>
        $"The lead cannot be taken right now: a part of Anteroom is not answering. {whatWasSaved} Please wait half a minute and send it again.";

    private async Task<IResult> AgainAsync(Submission? submission, NewLeadForm form, int status)
    {
        IReadOnlyList<Attorney> choices = [];
        try
        {
            choices = await attorneys.ListAsync(CancellationToken.None);
        }
        catch (Exception error) when (form.Problem is not null && Http.Outage.Is(error))
        {
            // The same outage: the form is as good without them.
        }

        return NewLeadPages.Form(
            form with
            {
                ResumeToBeChosenAgain =
                    submission?.Resume?.WhyNot(submission.Wanted.TakesPhotos) is null && submission?.Resume is not null,
            },
            user,
            choices,
            status
        );
    }

    /// <summary>Leads in sight with the same address, or without one with the same phone number, newest first.</summary>
    private async Task<IReadOnlyList<Lead>> SameAsync(string? email, string? phone, CancellationToken cancellation)
    {
        var digits = PhoneNumber.Digits(phone);
        Func<Lead, bool> isSame = EmailAddress.TryParse(email, out var address, out _)
            ? lead => string.Equals(lead.Email, address.Address, StringComparison.OrdinalIgnoreCase)
            : lead => PhoneNumber.Digits(lead.Phone) == digits;
        if ((address?.Address ?? digits) is not { } search)
            return [];
        var found = await leads.ListAsync(
            new LeadQuery
            {
                Filter = new() { Search = search },
                Limit = MostSame,
            },
            user,
            cancellation
        );
        return [.. found.Leads.Where(isSame)];
    }
}
