using Anteroom.Accounts;
using Anteroom.Admin;

namespace Anteroom.Web.Admin;

/// <summary>System health, for administrators.</summary>
internal static class OperationsPages
{
    public static void MapOperationsPages(this IEndpointRouteBuilder pages) =>
        pages
            .MapGroup("/admin/operations")
            .RequireAuthorization(Rights.Administer)
            .KeepOutOfCaches()
            .MapGet("", ShowAsync);

    private static async Task<IResult> ShowAsync(ReadWellbeing read, CancellationToken cancellation) =>
        Pages.Page<OperationsPage>(new { State = await read.RunAsync(cancellation) });
}
