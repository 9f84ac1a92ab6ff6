using System.Data.Common;
using Anteroom.Data;
using Npgsql;
using Quartz;

namespace Anteroom.Schedule;

/// <summary>Work that comes again and again.</summary>
internal static class ScheduleFeature
{
    private const int JobsAtOnce = 4;

    /// <summary>Adds the timetable; and, when this process does background work, running the jobs on it.</summary>
    public static IServiceCollection AddSchedule(
        this IServiceCollection services,
        IReadOnlyList<RecurringJob> jobs,
        bool run
    )
    {
        services.AddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(scheduler =>
            {
                scheduler.InstanceName = Timetable.SchedulerName;
                scheduler.GenerateInstanceId = true;
                // How soon a run is taken that was asked for on a node that only serves pages.
                scheduler.IdleWaitTime = TimeSpan.FromSeconds(20);
                scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseDefaultThreadPool(JobsAtOnce);
            quartz.UsePersistentStore(store =>
            {
                store.UsePostgres(database => database.UseRegisteredDataSource = true);
                store.UseClustering(cluster => cluster.CheckinInterval = TimeSpan.FromSeconds(30));
                store.UseExecutionHistory();
                store.ConfigureStore(options =>
                {
                    options.TablePrefix = "quartz.qrtz_";
                    options.SchemaProvisioning = SchemaProvisioning.None; // our migrations make it
                    options.RecoverFiringsCancelledByShutdown = true;
                });
            });
        });
        // While the database is away Quartz complains every second, with its stack; the outage has a line of its own.
        services
            .AddOptions<LoggerFilterOptions>()
            .PostConfigure<Node>(
                (filters, node) =>
                {
                    var level = filters.Rules.LastOrDefault(rule => rule.CategoryName is "Quartz")?.LogLevel;
                    filters.Rules.Add(new LoggerFilterRule(null, "Quartz", level, (_, _, _) => !node.IsCutOff));
                }
            );
        services.AddQuartzExecutionHistory(history =>
        {
            history.Retention = TimeSpan.FromDays(90);
            history.MaxEntriesPerJob = 500;
            history.MaxEntriesPerScheduler = 20_000;
        });
        services.AddSingleton(new RecurringJobs(jobs));
        services.AddSingleton<Timetable>();
        services.AddSingleton<ScheduleQueries>();
        services.AddSingleton<KeepTime>();
        if (run)
            services.AddHostedService(provider => provider.GetRequiredService<KeepTime>());
        return services;
    }
}
