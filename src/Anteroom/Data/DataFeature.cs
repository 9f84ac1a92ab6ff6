using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Anteroom.Data;

/// <summary>The database.</summary>
public static class DataFeature
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
            var source = new NpgsqlDataSourceBuilder(WithDefaults(connectionString)) { Name = "anteroom" };
            source.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
            return source.Build();
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
        services.AddScoped<MigrateDatabase>();
        services.AddSingleton(new Node(isPrivate));
        services.AddSingleton(new DatabaseTime(TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseTime>());
        services.AddSingleton<Claims>();
        services.AddSingleton<WorkSignal>();
        services.AddHostedService(provider => provider.GetRequiredService<WorkSignal>());
        if (doesBackgroundWork)
            services.AddHostedService<FreeDeadClaims>();
        // Keys in the database: every node reads what another wrote, and a restart signs nobody out.
        services.AddDataProtection().SetApplicationName("Anteroom").PersistKeysToDbContext<AnteroomDb>();
        return services;
    }

    /// <summary>What the connection string leaves open. What it says itself stands.</summary>
    private static string WithDefaults(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var defaults = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "anteroom",
            Timezone = "UTC",
            Timeout = 5,
            CommandTimeout = 15,
            MaxPoolSize = 40,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 3,
            NoResetOnClose = true, // no session state is ever changed
        };
        foreach (var key in defaults.Keys)
            if (!given.ShouldSerialize(key))
                given[key] = defaults[key];
        return given.ConnectionString;
    }
}
