using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Notices;

namespace Anteroom.Web.Workspace;

/// <summary>What somebody was told, newest first.</summary>
internal static class NoticePages
{
    public static void MapNoticePages(this IEndpointRouteBuilder pages)
    {
        var notices = pages.MapGroup("/notifications").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        notices.MapGet("", ListAsync);
        notices.MapPost("/read", ReadAllAsync);
        notices.MapPost("/{notice:guid}", OpenAsync);
    }

    private static async Task<IResult> ListAsync(
        CurrentUser user,
        ReadNotices notices,
        CancellationToken cancellation
    ) => Pages.Page<NoticesPage>(new { Rows = await notices.ListAsync(user, cancellation) });

    private static async Task<IResult> ReadAllAsync(
        CurrentUser user,
        ReadNotices notices,
        CancellationToken cancellation
    )
    {
        await notices.ReadAllAsync(user, cancellation);
        return Pages.SeeOther("/notifications");
    }

    private static async Task<IResult> OpenAsync(
        Guid notice,
        CurrentUser user,
        ReadNotices notices,
        CancellationToken cancellation
    ) =>
        await notices.OpenAsync(notice, user, cancellation) switch
        {
            (false, _) => ErrorPages.For(StatusCodes.Status404NotFound),
            (_, { } lead) => Pages.SeeOther(string.Create(CultureInfo.InvariantCulture, $"/leads/{lead}")),
            _ => Pages.SeeOther("/notifications"),
        };
}
