using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Outreach;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>Takes in a prospect's inquiry, whichever door it comes through.</summary>
/// <remarks>
/// First one round trip to the database gets the number, whom to notify and whether this form was sent before
/// (<see cref="OpenSubmission"/>); then one or two commit everything (<see cref="CommitLeads"/>). The file becomes durable in between, so a
/// success survives a crash and a failure leaves nothing behind.
/// </remarks>
internal sealed class SubmitLead(
    OpenSubmission open,
    CommitLeads commit,
    LeadEmails emails,
    AnnounceLead announce,
    IResumeStore resumes,
    Promise promise,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>Validates, makes the file durable and commits lead, resume, emails and timeline entry in one transaction.</summary>
    /// <exception cref="StorageUnavailableException">The file could not be kept; nothing is left.</exception>
    /// <exception cref="System.Data.Common.DbException">The database could not be reached; nothing is left.</exception>
    public async Task<SubmitResult> RunAsync(Submission submission, CancellationToken cancellation)
    {
        if (ValidSubmission.From(submission, firm.Value) is not { } valid)
            return new SubmitResult.Invalid(submission.Errors);

        var opening = await open.RunAsync(valid, cancellation);
        if (opening.Existing is { } existing)
            return existing;

        if (valid.Entry?.AssignedTo is not null && opening.Owner is null)
        {
            submission.Errors.Add("assigned_to", "This person no longer takes leads. Please choose someone else.");
            return new SubmitResult.Invalid(submission.Errors);
        }

        var key = valid.Resume is null ? null : await resumes.KeepAsync(valid.Resume, cancellation);
        var lead = NewLead.Of(valid, opening, key, promise, Sql.Instant(time.GetUtcNow()));
        var committed = await CommitAsync(lead with { Emails = emails.ForNewLead(lead, opening.FirmRecipients) });
        if (committed is null)
            // The other click of a double click won.
            return (await open.RunAsync(valid, cancellation)).Existing!;

        announce.Run(committed);
        return new SubmitResult.Accepted(lead.Id, lead.Number, lead.Code, lead.CreatedAt, key, Repeated: false);
    }

    /// <summary>Null when the same form was committed meanwhile. Then, and on an error, the file is deleted.</summary>
    private async Task<NewLead?> CommitAsync(NewLead lead)
    {
        try
        {
            if (await commit.RunAsync(lead) is { } committed)
                return committed;
        }
        catch (Exception error) when (error is not OutcomeUnknownException)
        {
            await DiscardAsync(lead);
            throw;
        }

        await DiscardAsync(lead);
        return null;
    }

    private async Task DiscardAsync(NewLead lead)
    {
        if (lead.StorageKey is { } key)
            await resumes.DeleteAsync(key, CancellationToken.None);
    }
}
