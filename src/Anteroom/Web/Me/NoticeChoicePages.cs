using Anteroom.Notices;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Me;

/// <summary>How somebody wants to be told of what.</summary>
internal static class NoticeChoicePages
{
    public static void MapNoticeChoicePages(this IEndpointRouteBuilder pages)
    {
        var me = pages.MapGroup("/me/notifications").RequireAuthorization().KeepOutOfCaches();
        me.MapGet(
            "",
            async Task<IResult> (
                CurrentUser who,
                NoticeChoices choices,
                HttpContext context,
                CancellationToken cancellation
            ) =>
                Pages.Page<NoticeChoicePage>(
                    new { Choices = await choices.OfAsync(who.Id, cancellation), FlashMessage = context.TakeFlash() }
                )
        );
        me.MapPost("", SaveAsync);
    }

    /// <summary>Boxes that are not ticked are not sent.</summary>
    private static async Task<IResult> SaveAsync(
        [FromForm] IFormCollection form,
        CurrentUser who,
        NoticeChoices choices,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await choices.SaveAsync(
            [
                .. Enum.GetValues<NoticeKind>()
                    .Select(kind => new NoticeChoice
                    {
                        UserId = who.Id,
                        Kind = kind,
                        Page = form.ContainsKey($"{kind.ToWire()}.page"),
                        Email = form.ContainsKey($"{kind.ToWire()}.email"),
                        Browser = form.ContainsKey($"{kind.ToWire()}.browser"),
                    }),
            ],
            cancellation
        );
        context.Leave(FlashMessage.NoticesChosen);
        return Pages.SeeOther("/me/notifications");
    }
}
