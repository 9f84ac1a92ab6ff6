using Anteroom.Accounts;

namespace Anteroom.Web.Admin;

/// <summary>The way in for administrators.</summary>
public static class AdminPages
{
    /// <summary>Maps <c>/admin</c>.</summary>
    public static void MapAdminPages(this IEndpointRouteBuilder pages) =>
        pages
            .MapGroup("/admin")
            .RequireAuthorization(Rights.Administer)
            .KeepOutOfCaches()
            .MapGet("", IResult () => Pages.Page<AdminPage>());
}
