using Anteroom.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>The files prospects send.</summary>
internal static class ResumesFeature
{
    /// <summary>Adds the store, on disk.</summary>
    public static IServiceCollection AddResumes(this IServiceCollection services)
    {
        services
            .AddOptions<ResumeOptions>()
            .BindConfiguration("Resumes")
            .Validate(
                options => options.MaxBytes is > 0 and <= 1L << 30,
                "Resumes:MaxBytes has to be between 1 and 1073741824 (1 GB)."
            )
            .Validate(
                options => options.UploadTimeout > TimeSpan.Zero,
                "Resumes:UploadTimeout has to be longer than zero, such as 00:05:00."
            )
            .ValidateOnStart();
        services.AddOptions<ScannerOptions>().BindConfiguration("Scanner").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScannerOptions>, ScannerRules>();
        services.AddSingleton<VirusScan>();
        services.AddSingleton<IWork, ScanResumes>();
        services.AddSingleton<NewestResume>(provider =>
            cancellation => NewestAsync(provider.GetRequiredService<NpgsqlDataSource>(), cancellation)
        );
        services.AddSingleton<DiskStore>();
        services.AddSingleton<ReadResume>();
        services.AddSingleton<CheckResumes>();
        services.AddHealthChecks().AddCheck<StoreHealth>("resumes", HealthStatus.Unhealthy);
        services.AddSingleton<IResumeStore>(provider => provider.GetRequiredService<DiskStore>());
        services.AddSingleton<RemoveOrphans>();
        services.AddSingleton<DeleteOldResumes>();
        services.AddHostedService<CleanIncoming>();
        return services;
    }

    private static async Task<string?> NewestAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "select storage_key from resumes where deleted_at is null order by id desc limit 1"
        );
        return (string?)await command.ExecuteScalarAsync(cancellation);
    }
}
