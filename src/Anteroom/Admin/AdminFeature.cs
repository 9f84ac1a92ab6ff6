using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Resumes;
using Anteroom.Telemetry;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What the people who run Anteroom need.</summary>
internal static class AdminFeature
{
    /// <summary>Adds queues, data browser, backups, upkeep and sample data.</summary>
    /// <param name="services">Where.</param>
    /// <param name="tellAlarms">Administrators are told of alarms.</param>
    /// <param name="role"><c>all</c>, <c>web</c> or <c>worker</c>.</param>
    public static IServiceCollection AddAdmin(this IServiceCollection services, bool tellAlarms, string role)
    {
        services.AddSection<AttentionOptions, AttentionRules>("Attention");
        services.AddSingleton<IChannel, WebhookChannel>();
        services.AddSingleton<AttentionMessages>();
        services.AddSingleton<LookForTrouble>();
        services.AddSingleton<CheckCertificates>();
        services.AddSingleton<KnowAttention>();
        services.AddHostedService(provider => provider.GetRequiredService<KnowAttention>());
        if (tellAlarms)
            services.AddHostedService<TellAlarms>();
        if (services.Any(service => service.ServiceType == typeof(MetricsAreOn)))
            services.AddHostedService<ProductGauges>();
        services.AddSingleton<QueueQueries>();
        services.AddSingleton<QueueSearch>();
        services.AddSingleton<QueueCharts>();
        services.AddSingleton<ReadQueueItem>();
        services.AddSingleton<PauseAndLimit>();
        services.AddSingleton<SettleItems>();
        services.AddSingleton<SettleMany>();
        services.AddSingleton<IWork>(provider => provider.GetRequiredService<SettleMany>());
        services.AddScoped<QueueActs>();
        services.AddSingleton(new NodeIdentity(role));
        services.AddSingleton<ReadNodes>();
        services.AddSingleton<KeepNode>();
        services.AddHostedService(provider => provider.GetRequiredService<KeepNode>());
        services
            .AddOptions<MaintenanceOptions>()
            .BindConfiguration("Maintenance")
            .Validate(
                maintenance =>
                    maintenance is { ApiTokenDays: null or (>= 0 and <= 36_500), FinishedWorkDays: >= 1 and <= 36_500 },
                "Maintenance:ApiTokenDays has to be days, from 0 (never) to 36500, and Maintenance:FinishedWorkDays from 1."
            )
            .ValidateOnStart();
        services.AddOptions<BackupOptions>().BindConfiguration("Backup").ValidateOnStart();
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
        services.AddSingleton<SizeDays>();
        services.AddScoped<ReadWellbeing>();
        services.AddSingleton<IValidateOptions<BackupOptions>, BackupRules>();
        services.AddSingleton<BackupSeal>();
        services.AddSingleton<BackupFolder>();
        services.AddSingleton<VerifyBackup>();
        services
            .AddOptions<BucketOptions>(BackupOptions.BucketSection)
            .BindConfiguration(BackupOptions.BucketSection)
            .ValidateOnStart();
        services.AddSingleton<WalArchive>();
        services.AddSingleton<ArchiveWal>();
        services.AddSingleton<MakeBase>();
        services.AddSingleton<RestoreToTime>();
        services.AddSingleton(provider => new ContinuousBackup(
            provider.GetRequiredService<WalArchive>(),
            provider.GetRequiredService<ArchiveWal>(),
            provider.GetRequiredService<MakeBase>(),
            provider.GetRequiredService<BackupFolder>(),
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<Alarms>(),
            provider.GetRequiredService<Node>(),
            provider.GetRequiredService<IOptions<BackupOptions>>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        if (tellAlarms)
            services.AddHostedService<KeepArchiving>();
        services.AddScoped<RestoreDrill>();
        services.AddSingleton<MakeBackup>();
        services.AddScoped<RestoreBackup>();
        services.AddSingleton<FindPerson>();
        services.AddSingleton<ExportPerson>();
        services.AddScoped<Certificates>();
        services.AddSingleton<PreviewRetention>();
        services.AddScoped<ExportEverything>();
        services.AddScoped<ImportEverything>();
        services.AddSingleton<SourceFiles>();
        services.AddScoped<ImportSystem>();
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
