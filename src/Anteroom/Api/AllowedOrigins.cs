using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Anteroom.Api;

/// <summary>
/// The other sites whose scripts may call <c>/api</c> from a browser (setting <c>CORS_ALLOWED_ORIGINS</c>, key <c>Cors:AllowedOrigins</c>).
/// None by default. Cookies are never sent: the APIs ignore them.
/// </summary>
internal static class AllowedOrigins
{
    private const string Policy = "api";

    private static readonly string[] Exposed =
    [
        "X-Total-Count",
        "Link",
        "ETag",
        "Location",
        "Retry-After",
        "Content-Disposition",
        "X-Request-ID",
    ];

    internal static IServiceCollection AddAllowedOrigins(this IServiceCollection services)
    {
        services.AddCors();
        services
            .AddOptions<CorsOptions>()
            .Configure<IConfiguration>(
                (cors, configuration) =>
                {
                    var origins = Read(configuration["Cors:AllowedOrigins"]);
                    cors.AddPolicy(
                        Policy,
                        policy =>
                            policy
                                .WithOrigins(origins)
                                .AllowAnyHeader()
                                .AllowAnyMethod()
                                .WithExposedHeaders(Exposed)
                                .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
                    );
                }
            )
            .ValidateOnStart();
        return services;
    }

    /// <summary>Answers preflight requests and marks answers, under <c>/api</c> only. Before authorization, so that refusals can be read, too.</summary>
    internal static IApplicationBuilder UseAllowedOrigins(this IApplicationBuilder app) =>
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase),
            api => api.UseCors(Policy)
        );

    /// <summary>The origins in <paramref name="setting"/>, separated by commas.</summary>
    /// <exception cref="CannotStartException">One is no origin (RFC 6454 section 7); the message says which.</exception>
    public static string[] Read(string? setting)
    {
        var origins = (setting ?? "").Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        foreach (var origin in origins)
            if (
                !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https")
                || uri.Host.Length == 0
                || uri.Host.Contains('*', StringComparison.Ordinal)
                || uri.UserInfo.Length > 0
                || uri.PathAndQuery != "/"
                || uri.Fragment.Length > 0
                || origin.EndsWith('/')
            )
                throw new CannotStartException(
                    $"CORS_ALLOWED_ORIGINS (Cors:AllowedOrigins) names {origin}; it has to be origins separated by commas, as https://www.firm.example: "
                        + "with http:// or https://, without a path and without a slash at the end."
                );
        return origins;
    }
}
