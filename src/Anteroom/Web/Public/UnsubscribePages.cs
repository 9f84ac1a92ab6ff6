using Anteroom.Leads;
using Anteroom.Mail;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Anteroom.Web.Public;

/// <summary>
/// Where people opt out of automatic email, without signing in. Opening the page changes nothing, for mail filters open every link;
/// its button, and the one of mail programs (RFC 8058), post.
/// </summary>
internal static class UnsubscribePages
{
    public static void MapUnsubscribePages(this IEndpointRouteBuilder pages)
    {
        var links = pages.MapGroup("/unsubscribe/{token}").AllowAnonymous().InEveryLanguage().KeepOutOfCaches();
        links.MapGet("", ShowAsync);
        // No anti-forgery token: mail programs have none, and whoever has the link may use it.
        links.MapPost("", OptOutAsync).DisableAntiforgery();
        links.MapPost("/undo", OptInAsync).DisableAntiforgery();
    }

    private static async Task<IResult> ShowAsync(
        string token,
        UnsubscribeLinks links,
        OptOuts optOuts,
        CancellationToken cancellation
    ) =>
        links.Read(token) is { } address
            ? Show(token, address, await optOuts.IsOutAsync(address, cancellation) ? OptOutStep.IsOut : OptOutStep.Ask)
            : NoSuchLink();

    private static async Task<IResult> OptOutAsync(
        string token,
        UnsubscribeLinks links,
        ChangeOptOut optOuts,
        CancellationToken cancellation
    )
    {
        if (links.Read(token) is not { } address)
            return NoSuchLink();
        await optOuts.OptOutAsync(address, cancellation);
        return Show(token, address, OptOutStep.IsOut);
    }

    private static async Task<IResult> OptInAsync(
        string token,
        UnsubscribeLinks links,
        ChangeOptOut optOuts,
        CancellationToken cancellation
    )
    {
        if (links.Read(token) is not { } address)
            return NoSuchLink();
        await optOuts.OptInAsync(address, cancellation);
        return Show(token, address, OptOutStep.IsBack);
    }

    private static RazorComponentResult<UnsubscribePage> Show(string token, string address, OptOutStep step) =>
        Pages.Page<UnsubscribePage>(
            new
            {
                Token = token,
                Address = address,
                Step = step,
            }
        );

    private static IResult NoSuchLink() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "This link does not work",
            "It may have been cut off on its way. Open it from the email once more, or answer the email and say that you want no more email."
        );
}
