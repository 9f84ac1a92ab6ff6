using System.Globalization;
using Anteroom.Api.Documents;
using Anteroom.Leads;

namespace Anteroom.Api;

/// <summary>
/// Who knows a lead by the number or id that it had before it was merged into another is led there, whatever the method (308, RFC 9110
/// section 15.4.9).
/// </summary>
internal static class MergedLeads
{
    /// <summary>For endpoints below <c>…/leads/{id}</c>; asks only when there is no such lead.</summary>
    public static RouteHandlerBuilder LeadsOnWhenMerged(this RouteHandlerBuilder endpoint) =>
        endpoint
            .AddEndpointFilter(
                async (invocation, next) =>
                {
                    var answer = await next(invocation);
                    var context = invocation.HttpContext;
                    return
                        answer is IStatusCodeHttpResult { StatusCode: StatusCodes.Status404NotFound }
                        && context.Request.RouteValues["id"] is string old
                        && CurrentUser.From(context.User) is { } user
                        && await IntoAsync(
                            old,
                            user,
                            context.RequestServices.GetRequiredService<LeadQueries>(),
                            context.RequestAborted
                        )
                            is { } into
                        ? Results.Redirect(
                            context.Request.Path.Value!.Replace(
                                $"/leads/{old}",
                                $"/leads/{into}",
                                StringComparison.OrdinalIgnoreCase
                            ) + context.Request.QueryString,
                            permanent: true,
                            preserveMethod: true
                        )
                        : answer;
                }
            )
            .Produces(StatusCodes.Status308PermanentRedirect)
            .AnswersHeader(StatusCodes.Status308PermanentRedirect, "Location", "The lead that it was merged into.");

    private static async Task<string?> IntoAsync(
        string old,
        CurrentUser user,
        LeadQueries leads,
        CancellationToken cancellation
    ) =>
        Guid.TryParse(old, out var id) ? (await leads.MergedIntoAsync(id, user, cancellation))?.ToString()
        : long.TryParse(old, CultureInfo.InvariantCulture, out var number)
            ? (await leads.MergedIntoAsync(number, user, cancellation))?.ToString(CultureInfo.InvariantCulture)
        : null;
}
