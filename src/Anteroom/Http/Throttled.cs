using System.Globalization;

namespace Anteroom.Http;

/// <summary>
/// The answer 429 (RFC 6585 section 4) with <c>Retry-After</c> in whole seconds, in the words of the door that was knocked at: as
/// Django REST framework words it, as problem details, or as the page for 429.
/// </summary>
public sealed class Throttled(TimeSpan wait) : IResult
{
    /// <summary>When it is worth trying again: whole seconds, at least one.</summary>
    public int Seconds { get; } = (int)Math.Clamp(Math.Ceiling(wait.TotalSeconds), 1, 86_400);

    /// <summary>For whoever writes the answer: status and header.</summary>
    public void Mark(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Seconds.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (path, response) = (httpContext.Request.Path, httpContext.Response);
        Mark(response);
        if (path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase))
            return Write(
                "application/problem+json",
                $$"""{"type":"https://tools.ietf.org/html/rfc6585#section-4","title":"Too many requests.","status":429,"detail":"Please try again in {{Count}}.","code":"too_many_requests","request_id":"{{httpContext.TraceIdentifier}}"}"""
            );
        if (path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            return Write(
                "application/json",
                $$"""{"detail":"Request was throttled. Expected available in {{Count}}."}"""
            );
        return Task.CompletedTask; // the error pages word it for people

        Task Write(string type, string body)
        {
            response.ContentType = type;
            return response.WriteAsync(body, httpContext.RequestAborted);
        }
    }

    /// <summary><c>1 second</c>, <c>12 seconds</c>.</summary>
    public Sentence Count => Seconds == 1 ? (Sentence)"1 second" : $"{Seconds} seconds";
}

/// <summary>What an endpoint says about limits.</summary>
internal static class Throttling
{
    /// <summary>Limits public submissions per address.</summary>
    public static TBuilder LimitSubmissions<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Limit((limits, context) => limits.ForSubmissionAsync(context));

    /// <summary>Limits signing out per user.</summary>
    public static TBuilder LimitSignOuts<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.Limit((limits, context) => limits.ForSignOutAsync(context));

    /// <summary>Asks before the endpoint runs; what it gets is the answer.</summary>
    public static TBuilder Limit<TBuilder>(
        this TBuilder endpoint,
        Func<RateLimits, HttpContext, Task<Throttled?>> check
    )
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter(
            async (invocation, next) =>
            {
                var context = invocation.HttpContext;
                var limits = context.RequestServices.GetRequiredService<RateLimits>();
                return await check(limits, context) is { } throttled ? throttled : await next(invocation);
            }
        );
}
