using Anteroom.Mail;
using Anteroom.Telemetry;

namespace Anteroom.Admin;

/// <summary>What the people who run Anteroom need.</summary>
internal static class AdminFeature
{
    /// <summary>Adds queues, data browser, backups, upkeep and sample data.</summary>
    /// <param name="services">Where.</param>
    /// <param name="tellAlarms">Administrators are told of alarms.</param>
    public static IServiceCollection AddAdmin(this IServiceCollection services, bool tellAlarms)
    {
        services.AddSingleton<AlarmEmails>();
        if (tellAlarms)
            services.AddHostedService<TellAlarms>();
        if (services.Any(service => service.ServiceType == typeof(MetricsAreOn)))
            services.AddHostedService<ProductGauges>();
        services.AddSingleton<QueueQueries>();
        services.AddSingleton<SettleFailed>();
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
        services.AddScoped<UserQueries>();
        services.AddScoped<EditTemplate>();
        services.AddSingleton<FirstSteps>();
        services.AddSingleton<TestMailServer>();
        services.AddSingleton<ReadAttention>();
        services.AddSingleton<DataQueries>();
        services.AddScoped<SampleData>();
        services.AddSingleton<IDeliveryRule, SampleAddresses>();
        services.AddSingleton<RemoveExpired>();
        services.AddSingleton<CheckDatabase>();
        services.AddScoped<HealthSamples>();
        services.AddScoped<ReadWellbeing>();
        services.AddSingleton<BackupFolder>();
        services.AddSingleton<MakeBackup>();
        services.AddScoped<RestoreBackup>();
        services.AddSingleton<ExamineFiles>();
        services.AddScoped<Doctor>();
        return services;
    }

    /// <summary>Maps the health checks.</summary>
    public static WebApplication MapAdmin(this WebApplication app)
    {
        app.MapHealth();
        return app;
    }
}
