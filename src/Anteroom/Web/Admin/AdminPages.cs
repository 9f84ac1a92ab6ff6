using Anteroom.Accounts;

namespace Anteroom.Web.Admin;

/// <summary>The way in for administrators.</summary>
public static class AdminPages
{
    /// <summary>Maps <c>/admin</c>, and <c>/admin/components</c>: what pages are made of.</summary>
    public static void MapAdminPages(this IEndpointRouteBuilder pages)
    {
        var admin = pages.MapGroup("/admin").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        admin.MapGet("", IResult () => Pages.Page<AdminPage>());
        admin.MapGet("/components", IResult () => Pages.Page<ComponentsPage>());
    }
}
