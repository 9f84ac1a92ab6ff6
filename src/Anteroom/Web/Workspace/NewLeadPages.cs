using System.Globalization;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Workspace;

/// <summary>A lead that somebody of the firm enters: who called, walked in or was sent by somebody.</summary>
public static class NewLeadPages
{
    private const int MostSame = 5;

    /// <summary>Maps <c>/leads/new</c>.</summary>
    public static void MapNewLead(this RouteGroupBuilder leads)
    {
        leads.MapGet("/new", ShowAsync);
        leads.MapPost("/new", EnterAsync);
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser user,
        Attorneys attorneys,
        CancellationToken cancellation
    ) => Form(NewLeadForm.Fresh(), user, await attorneys.ListAsync(cancellation), StatusCodes.Status200OK);

    private static async Task<IResult> EnterAsync(
        HttpRequest request,
        CurrentUser user,
        SubmitLead submitLead,
        ListLeads leads,
        Attorneys attorneys,
        IResumeStore resumes,
        IOptions<ResumeOptions> options,
        IOptions<FirmOptions> firm,
        CancellationToken cancellation
    )
    {
        if (!request.HasFormContentType)
            return ErrorPages.For(StatusCodes.Status415UnsupportedMediaType);
        var sent = await request.ReadFormAsync(cancellation);
        var form = NewLeadForm.Sent(sent);
        await using var resume = await StageAsync(sent, resumes, options.Value.MaxBytes, cancellation);
        var submission = form.ToSubmission(user, resume);

        // Whether somebody is entered twice is asked when everything else is right.
        if (submission.Check(firm.Value) && sent["same"].FirstOrDefault() != "yes")
        {
            var same = await SameAsync(form.Email!, user, leads, cancellation);
            if (same.Count > 0)
                return await AgainAsync(form with { Same = same }, StatusCodes.Status409Conflict);
        }

        return await submitLead.RunAsync(submission, cancellation) switch
        {
            SubmitResult.Accepted accepted => Pages.SeeOther(
                string.Create(CultureInfo.InvariantCulture, $"/leads/{accepted.Number}")
            ),
            SubmitResult.Invalid invalid => await AgainAsync(
                form with
                {
                    Errors = invalid.Errors,
                },
                StatusCodes.Status422UnprocessableEntity
            ),
            var other => throw new InvalidOperationException($"Unknown result {other}."),
        };

        async Task<IResult> AgainAsync(NewLeadForm again, int status) =>
            Form(
                again with
                {
                    ResumeToBeChosenAgain = resume is { Problem: null },
                },
                user,
                await attorneys.ListAsync(cancellation),
                status
            );
    }

    private static async Task<StagedResume?> StageAsync(
        IFormCollection form,
        IResumeStore resumes,
        long maxBytes,
        CancellationToken cancellation
    )
    {
        if (form.Files.GetFile("resume") is not { Length: > 0 } file)
            return null;
        await using var content = file.OpenReadStream();
        return await resumes.StageAsync(content, file.FileName, maxBytes, cancellation);
    }

    /// <summary>Leads in sight with the same address, newest first.</summary>
    private static async Task<IReadOnlyList<Lead>> SameAsync(
        string email,
        CurrentUser user,
        ListLeads leads,
        CancellationToken cancellation
    )
    {
        if (!EmailAddress.TryParse(email, out var address, out _))
            return [];
        var found = await leads.RunAsync(
            new LeadListing { Search = address.Address, Limit = MostSame },
            user,
            cancellation
        );
        return
        [
            .. found.Leads.Where(lead =>
                string.Equals(lead.Email, address.Address, StringComparison.OrdinalIgnoreCase)
            ),
        ];
    }

#pragma warning disable CA1859 // the generator of endpoints does not see the types of pages, which are generated too
    private static IResult Form(NewLeadForm form, CurrentUser user, IReadOnlyList<Attorney> attorneys, int status) =>
        Pages.Page<NewLeadPage>(
            new
            {
                Form = form,
                User = user,
                Attorneys = attorneys,
            },
            status
        );
#pragma warning restore CA1859
}
