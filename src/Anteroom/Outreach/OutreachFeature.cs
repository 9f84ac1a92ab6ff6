using Anteroom.Firm;
using Anteroom.Work;

namespace Anteroom.Outreach;

/// <summary>Assignment, and the first contact in time.</summary>
internal static class OutreachFeature
{
    /// <summary>Adds the use cases and the background work.</summary>
    public static IServiceCollection AddOutreach(this IServiceCollection services)
    {
        services.AddSection<OutreachOptions, OutreachRules>("Outreach");
        services.AddSingleton<Promise>();
        services.AddSingleton<OutreachEmails>();
        services.AddSingleton<NotificationPolicy>();
        services.AddSingleton<OwnerChange>();
        services.AddSingleton<IWork, ReachOut>();
        return services;
    }
}
