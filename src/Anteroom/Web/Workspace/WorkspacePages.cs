using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>What the workspace offers everywhere: the palette, and leads entered by hand.</summary>
internal static class WorkspacePages
{
    public static void MapWorkspacePages(this IEndpointRouteBuilder pages)
    {
        var leads = pages.MapGroup("/leads").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        leads.MapPalette();
        leads.MapNewLead();
        leads.MapGet("/waiting", OpenLongestWaitingAsync);
    }

    /// <summary>Whoever has an hour begins here: the lead that waits longest, or the list of those that wait, which is empty then.</summary>
    private static async Task<IResult> OpenLongestWaitingAsync(
        CurrentUser user,
        LeadQueries leads,
        CancellationToken cancellation
    )
    {
        var query = new LeadQuery
        {
            Filter = new() { Statuses = [LeadStatus.Registered] },
            Sort = LeadSort.Waiting,
            Limit = 1,
        };
        return (await leads.PageAsync(query, user, cancellation)).Rows is [var lead]
            ? Pages.SeeOther(string.Create(CultureInfo.InvariantCulture, $"/leads/{lead.Number}"))
            : Pages.SeeOther("/leads?status=registered&sort=waiting");
    }
}
