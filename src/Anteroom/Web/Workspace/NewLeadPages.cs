using Anteroom.Firm;
using Anteroom.Leads;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Workspace;

/// <summary>Leads that the firm enters by hand: people who called, walked in or were referred.</summary>
internal static class NewLeadPages
{
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
        HttpContext context,
        CurrentUser user,
        TakeSubmission takeSubmission,
        LeadQueries leads,
        Attorneys attorneys,
        IOptions<FirmOptions> firm
    )
    {
        if (!context.Request.HasFormContentType)
            return ErrorPages.For(StatusCodes.Status415UnsupportedMediaType);
        var sent = await context.Request.ReadFormAsync(context.RequestAborted);
        return await takeSubmission.RunAsync(context, new NewLeadDoor(sent, user, leads, attorneys, firm.Value));
    }

#pragma warning disable CA1859 // the generator of endpoints does not see the types of pages, which are generated too
    public static IResult Form(NewLeadForm form, CurrentUser user, IReadOnlyList<Attorney> attorneys, int status) =>
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
