namespace Anteroom.Audit;

/// <summary>Who did what when.</summary>
internal static class AuditFeature
{
    /// <summary>Adds the audit log and what reads it.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<AuditLog>().AddSingleton<SparseAudit>().AddScoped<AuditQueries>();
}
