using System.Globalization;
using Anteroom.Http;
using Anteroom.Leads;

namespace Anteroom.Web.Public;

/// <summary>The pages for everybody: the form and the thanks.</summary>
internal static class PublicPages
{
    public static void MapPublicPages(this IEndpointRouteBuilder pages)
    {
        foreach (var address in (string[])["/", "/apply"])
        {
            pages.MapGet(address, ShowForm).AllowAnonymous().InEveryLanguage();
            // No anti-forgery token: the form has no user whose rights could be borrowed, and it must work without cookies.
            pages.MapPost(address, SubmitAsync).AllowAnonymous().InEveryLanguage().DisableAntiforgery();
        }

        pages.MapGet("/thanks/{code}", Thank).AllowAnonymous().InEveryLanguage();
    }

    private static IResult ShowForm(HttpResponse response, BotTrap trap)
    {
        // Each form has a token of its own; a shared cache would hand the same one to many people.
        response.Headers.CacheControl = "private, no-cache";
        return ApplyDoor.Form(ApplyForm.Fresh(trap.Stamp()), StatusCodes.Status200OK);
    }

    private static Task<IResult> SubmitAsync(
        HttpContext context,
        TakeSubmission takeSubmission,
        RateLimits limits,
        BotTrap trap
    ) => takeSubmission.RunAsync(context, new ApplyDoor(limits, trap));

    // Whether there is such a lead is nobody's business. What was sent before there were codes has a number.
    private static IResult Thank(string code) =>
        LeadCode.Read(code) is { } read ? Pages.Page<ThanksPage>(new { Code = read })
        : long.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? Pages.Page<ThanksPage>(new { Code = number.ToString(CultureInfo.InvariantCulture) })
        : ErrorPages.For(StatusCodes.Status404NotFound);
}
