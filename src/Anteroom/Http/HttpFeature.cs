using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>What stands before every request: limits, and who may ask for what name on whose word.</summary>
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
