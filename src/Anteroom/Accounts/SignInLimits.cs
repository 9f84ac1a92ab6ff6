using Anteroom.Audit;
using Anteroom.Http;

namespace Anteroom.Accounts;

/// <summary>Limits of signing in, which are written down when they turn somebody away (ASVS 16.3.1).</summary>
internal static class SignInLimits
{
    /// <summary>
    /// Limits attempts with passwords or tokens per address. Where the request names an account, the endpoint also asks
    /// <see cref="MayTryAsync"/> as soon as it knows the name.
    /// </summary>
    public static TBuilder LimitSignIns<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Limit(
            async (limits, context) =>
                await WrittenAsync(
                    await limits.ForSignInAsync(context),
                    context,
                    "tried to sign in, or something else around it, more often than the limit of an address allows"
                )
        );

    /// <summary>Before a password is tried on an account: null to go on, else the answer.</summary>
    public static async Task<Throttled?> MayTryAsync(this RateLimits limits, HttpContext context, string? userName)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(context);
        return await WrittenAsync(
            await limits.ForAccountAsync(userName, context.RequestAborted),
            context,
            "tried to sign in as one account more often than its limit allows"
        );
    }

    private static async Task<Throttled?> WrittenAsync(Throttled? throttled, HttpContext context, string summary)
    {
        if (throttled is null)
            return null;
        try
        {
            await context
                .RequestServices.GetRequiredService<SparseAudit>()
                .WriteAsync(AuditKind.SignInFailed, context, summary, context.RequestAborted);
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            // Turned away all the same.
        }

        return throttled;
    }
}
