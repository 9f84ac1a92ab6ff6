using Anteroom.Operations.Backup;
using Anteroom.Operations.Maintenance;
using Anteroom.Operations.Queues;
using Microsoft.Extensions.Options;

namespace Anteroom.Operations;

/// <summary>What the people who run Anteroom need.</summary>
public static class OperationsFeature
{
    /// <summary>Adds the firm's settings, limits, and who may ask for what name on whose word.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services
            .AddOptions<FirmOptions>()
            .BindConfiguration("Firm")
            .Validate(
                firm => !string.IsNullOrWhiteSpace(firm.Name),
                "Firm:Name is empty; it has to be the firm's name."
            )
            .Validate(
                firm => Shared.EmailAddress.TryParseList(firm.NotifyAddresses, out _, out _),
                "ATTORNEY_EMAIL (Firm:NotifyAddresses) has to be e-mail addresses separated by commas."
            )
            .Validate(
                firm => firm.PracticeAreas.Count > 0,
                "Firm:PracticeAreaList has to name at least one practice area."
            )
            .Validate(
                firm => TimeZoneInfo.TryFindSystemTimeZoneById(firm.TimeZone, out _),
                "Firm:TimeZone has to be the name of a time zone, as America/New_York or Europe/London."
            )
            .ValidateOnStart();
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateOnStart();
        services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsCheck>();
        services.AddSingleton<RateLimits>();
        services.AddSingleton<QueueQueries>();
        services.AddSingleton<SettleFailed>();
        services
            .AddOptions<RetentionOptions>()
            .BindConfiguration("Retention")
            .Validate(
                retention =>
                    RetentionOptions.IsValid(retention.DeleteResumesAfterDays)
                    && RetentionOptions.IsValid(retention.EraseLeadsAfterDays)
                    && RetentionOptions.IsValid(retention.TrashDays),
                "Retention:DeleteResumesAfterDays, Retention:EraseLeadsAfterDays and Retention:TrashDays have to be days, from 0 (never) to 36500."
            )
            .ValidateOnStart();
        services
            .AddOptions<MaintenanceOptions>()
            .BindConfiguration("Maintenance")
            .Validate(
                maintenance =>
                    maintenance is { ApiTokenDays: null or (>= 0 and <= 36_500), FinishedWorkDays: >= 1 and <= 36_500 },
                "Maintenance:ApiTokenDays has to be days, from 0 (never) to 36500, and Maintenance:FinishedWorkDays from 1."
            )
            .ValidateOnStart();
        services
            .AddOptions<BackupOptions>()
            .BindConfiguration("Backup")
            .Validate(
                backup => !string.IsNullOrWhiteSpace(backup.Folder),
                "Backup:Folder is empty; it has to be a folder."
            )
            .Validate(
                backup => backup.KeepDays is >= 1 and <= 36_500,
                "Backup:KeepDays has to be a whole number of days, from 1 to 36500."
            )
            .ValidateOnStart();
        services.AddSingleton<RemoveExpired>();
        services.AddSingleton<CheckDatabase>();
        services.AddScoped<HealthSamples>();
        services.AddScoped<ReadWellbeing>();
        services.AddSingleton<BackupFolder>();
        services.AddSingleton<MakeBackup>();
        services.AddScoped<RestoreBackup>();
        services.AddAllowedHosts();
        services.AddTrustedProxies();
        return services;
    }

    /// <summary>Maps the health checks.</summary>
    public static WebApplication MapOperations(this WebApplication app)
    {
        app.MapHealth();
        return app;
    }
}
