using Anteroom.Accounts;
using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>The list of leads.</summary>
public static class WorkspacePages
{
    /// <summary>Maps <c>/leads</c>.</summary>
    public static void MapWorkspacePages(this IEndpointRouteBuilder pages)
    {
        var leads = pages.MapGroup("/leads").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        leads.MapGet("", ListAsync);
    }

    private static async Task<IResult> ListAsync(
        string? q,
        string? status,
        string? before,
        string? after,
        CurrentUser user,
        LeadQueries leads,
        CancellationToken cancellation
    )
    {
        var query = ListQuery.Read(q, status, before, after, out var problem);
        if (query is null)
            return ErrorPages.For(StatusCodes.Status400BadRequest, "That filter does not work", problem!);

        var page = await leads.ListAsync(query.ToFilter(), user, cancellation);
        return Pages.Page<LeadListPage>(new { Query = query, Leads = page });
    }
}
