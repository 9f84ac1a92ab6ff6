using Anteroom.Work;

namespace Anteroom.Bulk;

/// <summary>Email to all leads of a filter.</summary>
internal static class BulkFeature
{
    /// <summary>Adds the use cases and the work that releases mailings.</summary>
    public static IServiceCollection AddBulk(this IServiceCollection services)
    {
        services.AddScoped<BulkMailings>();
        services.AddScoped<BulkRecipients>();
        services.AddScoped<WriteBulk>();
        services.AddScoped<ConfirmBulk>();
        services.AddScoped<CancelBulk>();
        services.AddSingleton<IWork, ReleaseBulk>();
        return services;
    }
}
