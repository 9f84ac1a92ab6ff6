namespace Anteroom.Audit;

/// <summary>Who did what when.</summary>
internal static class AuditFeature
{
    /// <summary>Adds the audit log and what reads it.</summary>
    /// <param name="services">Where.</param>
    /// <param name="seals">Lines are put into the chain here.</param>
    public static IServiceCollection AddAudit(this IServiceCollection services, bool seals)
    {
        services.AddSingleton<AuditLog>();
        services.AddSingleton<SparseAudit>();
        services.AddScoped<AuditQueries>();
        services.AddSingleton<SealAudit>();
        services.AddSingleton<VerifyAudit>();
        services.AddSingleton<AuditFile>();
        services.AddSingleton<TrimAudit>();
        if (seals)
            services.AddHostedService<KeepSealing>();
        return services;
    }
}
