using Anteroom.Accounts;
using Anteroom.Reports;

namespace Anteroom.Web.Workspace;

/// <summary>The dashboard.</summary>
internal static class DashboardPages
{
    public static void MapDashboardPages(this IEndpointRouteBuilder pages) =>
        pages.MapGet("/dashboard", ShowAsync).RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();

    private static async Task<IResult> ShowAsync(
        [AsParameters] ReportQuery.Raw asked,
        CurrentUser user,
        ReportPages.Asking asking,
        CachedDashboard dashboard,
        CancellationToken cancellation
    )
    {
        var query = asking.Read(asked with { AssignedTo = null }, user, out var problem);
        if (query is null)
            return ErrorPages.For(StatusCodes.Status400BadRequest, "That dashboard does not work", problem!);
        // The form sends the name and the days; the address to keep has one of them.
        if (!string.IsNullOrEmpty(asked.Period) && (asked.From is not null || asked.To is not null))
            return Results.Redirect(query.ToDashboardAddress());
        var figures = await dashboard.RunAsync(query.Period, query.Scope, cancellation);
        return Pages.Page<DashboardPage>(new { Query = query, Figures = figures });
    }
}
