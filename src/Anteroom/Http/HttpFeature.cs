using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>Runs before every request: rate limits, allowed hosts and trusted proxies.</summary>
public static class HttpFeature
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddHttpProtection(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateOnStart();
        services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsCheck>();
        services.AddSingleton<RateLimits>();
        services.AddAllowedHosts();
        services.AddTrustedProxies();
        return services;
    }
}
