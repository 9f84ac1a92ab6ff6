using Anteroom.Accounts;

namespace Anteroom.Web.Workspace;

/// <summary>What the workspace offers everywhere: the palette, and leads entered by hand.</summary>
internal static class WorkspacePages
{
    public static void MapWorkspacePages(this IEndpointRouteBuilder pages)
    {
        var leads = pages.MapGroup("/leads").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        leads.MapPalette();
        leads.MapNewLead();
    }
}
