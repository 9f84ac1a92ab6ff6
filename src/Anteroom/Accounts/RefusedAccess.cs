using Anteroom.Audit;
using Anteroom.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Anteroom.Accounts;

/// <summary>
/// Writes down when somebody who is signed in is refused what is not theirs (ASVS 16.3.2), and then answers as always. Leads those who have to
/// set up a second factor to its page.
/// </summary>
internal sealed class RefusedAccess(SparseAudit audit) : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _usual = new();

    public async Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Succeeded && SecondFactorDemand.Holds(context))
        {
            // What a script asks for is not a page to lead somebody to.
            if (HttpMethods.IsGet(context.Request.Method) && !context.Request.Headers.ContainsKey("HX-Request"))
                context.Response.Redirect(SecondFactorDemand.Page);
            else
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (authorizeResult.Forbidden)
            await WriteAsync(context);
        await _usual.HandleAsync(next, context, policy, authorizeResult);
    }

    private async Task WriteAsync(HttpContext context)
    {
        // The address as the product knows it: what stands in its place can be anything.
        var place = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimStart('/') ?? "";
        try
        {
            await audit.WriteAsync(
                AuditKind.AccessRefused,
                context,
                $"was refused {context.Request.Method} /{place}, for which the role is not enough",
                context.RequestAborted
            );
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            // Refused all the same.
        }
    }
}
