using Anteroom.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Anteroom.Work;

/// <summary>The work queue and its workers.</summary>
internal static class WorkFeature
{
    /// <summary>Adds the queue, and its workers if this process does background work.</summary>
    public static IServiceCollection AddWork(this IServiceCollection services, bool doesIt)
    {
        services.AddOptions<WorkOptions>().BindConfiguration("Work").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(WorkClaims.Table);
        services.AddSingleton<WorkClaims>();
        services.AddSingleton<Alarms>();
        services.AddHealthChecks().AddCheck<WorkHealth>("work", HealthStatus.Degraded);
        services.AddSingleton<DoWork>();
        services.AddSingleton<WatchQueues>();
        if (doesIt)
        {
            services.AddHostedService(provider => provider.GetRequiredService<WatchQueues>());
            services.AddHostedService<WorkLanes>();
        }

        return services;
    }
}
