using System.Diagnostics;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Anteroom.Data;

/// <summary>The database.</summary>
internal static class DataFeature
{
    /// <summary>Adds the connection pool, EF Core over it, migrations and the keys that are kept in the database.</summary>
    /// <param name="services">Where.</param>
    /// <param name="connectionString">The database.</param>
    /// <param name="isPrivate">It is this process's own: no other can live on it.</param>
    /// <param name="doesBackgroundWork">Looks after what dead nodes have left.</param>
    public static IServiceCollection AddDatabase(
        this IServiceCollection services,
        string connectionString,
        bool isPrivate,
        bool doesBackgroundWork
    )
    {
        services.AddSingleton(provider =>
        {
            var source = new NpgsqlDataSourceBuilder(Sessions.WithDefaults(connectionString)) { Name = "anteroom" };
            source.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
            source.ConfigureTracing(TraceStatements);
            source.UsePhysicalConnectionInitializer(
                Sessions.RefuseReadOnly,
                connection =>
                {
                    Sessions.RefuseReadOnly(connection);
                    return Task.CompletedTask;
                }
            );
            return source.BuildForWriting();
        });
        services.AddDbContextPool<AnteroomDb>(
            (provider, options) =>
                options
                    .UseNpgsql(
                        provider.GetRequiredService<NpgsqlDataSource>(),
                        npgsql => npgsql.MigrationsHistoryTable("schema_versions")
                    )
                    .UseSnakeCaseNamingConvention()
                    .ReplaceService<IHistoryRepository, SchemaVersions>()
                    // The migrations are SQL files, so there is no model snapshot to compare the model with; a test compares them.
                    .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning))
        );
        services.AddSingleton<CurrentHealth>();
        services
            .AddHealthChecks()
            .Add(new("database", new DatabaseHealth(connectionString), HealthStatus.Unhealthy, tags: null));
        services.AddScoped<MigrateDatabase>();
        services.AddSingleton(new Node(isPrivate));
        services.AddSingleton(new DatabaseTime(TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseTime>());
        services.AddSingleton<Claims>();
        services.AddSingleton<QueueTally>();
        services.AddSingleton<WorkSignal>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkSignal>());
        if (doesBackgroundWork)
        {
            services.AddHostedService<FreeDeadClaims>();
            services.AddHostedService(provider => provider.GetRequiredService<QueueTally>());
        }

        // Keys in the database: every node reads what another wrote, and a restart signs nobody out.
        services.AddDataProtection().SetApplicationName("Anteroom").PersistKeysToDbContext<AnteroomDb>();
        return services;
    }

    /// <summary>Spans of statements that belong to a trace: what looks into a queue every few seconds tells nothing.</summary>
    private static void TraceStatements(NpgsqlTracingOptionsBuilder tracing)
    {
        tracing
            .ConfigureCommandFilter(_ => IsTraced())
            .ConfigureBatchFilter(_ => IsTraced())
            .ConfigureCopyOperationFilter(_ => IsTraced())
            .EnablePhysicalOpenTracing(false)
            .EnableFirstResponseEvent(false);

        static bool IsTraced() => Activity.Current is { Recorded: true };
    }
}
