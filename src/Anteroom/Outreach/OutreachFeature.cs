using Anteroom.Firm;
using Anteroom.Work;

namespace Anteroom.Outreach;

/// <summary>Who takes a lead, and that somebody reaches out.</summary>
public static class OutreachFeature
{
    /// <summary>Adds the use cases and the work that happens without anyone asking.</summary>
    public static IServiceCollection AddOutreach(this IServiceCollection services)
    {
        services.AddSection<OutreachOptions, OutreachRules>("Outreach");
        services.AddSingleton<OutreachEmails>();
        services.AddSingleton<WhoIsTold>();
        services.AddSingleton<OwnerChange>();
        services.AddSingleton<IWork, ReachOut>();
        return services;
    }
}
