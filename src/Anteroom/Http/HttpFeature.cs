using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>Runs before every request: rate limits, allowed hosts and trusted proxies.</summary>
internal static class HttpFeature
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddHttpProtection(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateOnStart();
        services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsCheck>();
        services.AddSingleton<RateLimits>();
        services.AddOptions<NodeOptions>().BindConfiguration("Node").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<Readiness>();
        services.AddHostedService(provider => provider.GetRequiredService<Readiness>());
        services.AddServingOfAcceptedConnections();
        services.AddSingleton<OutageLog>();
        services.AddHostedService(provider => provider.GetRequiredService<OutageLog>());
        services.AddSingleton<RefusalLog>();
        services.AddHostedService(provider => provider.GetRequiredService<RefusalLog>());
        services.AddAllowedHosts();
        services.AddTrustedProxies();
        // The framework puts its filter of host names around the whole app; what every answer needs goes around that.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, Outermost>());
        return services;
    }

    private sealed class Outermost : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.UseRequestId();
                app.UseHeadAsGet();
                app.UseTrustedProxies();
                app.UseHostCookies();
                app.UseSecurityHeaders();
                app.UseWordsForRefusedHosts();
                next(app);
            };
    }

    /// <summary>Closes connections once the node is told to stop, so that a load balancer keeps none of them.</summary>
    public static IApplicationBuilder UseDraining(this IApplicationBuilder app)
    {
        var readiness = app.ApplicationServices.GetRequiredService<Readiness>();
        return app.Use(
            (context, next) =>
            {
                if (readiness.IsDraining)
                    context.Response.Headers.Connection = "close";
                return next(context);
            }
        );
    }
}
