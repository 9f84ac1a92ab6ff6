using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>The files prospects send.</summary>
public static class ResumesFeature
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
        services.AddSingleton<DiskStore>();
        services.AddSingleton<IResumeStore>(provider => provider.GetRequiredService<DiskStore>());
        services.AddSingleton<RemoveOrphans>();
        services.AddSingleton<DeleteOldResumes>();
        services.AddHostedService<CleanIncoming>();
        return services;
    }

    /// <summary>Once at the start: what a killed process left half received.</summary>
    private sealed class CleanIncoming(DiskStore store) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            store.RemoveUnfinishedAsync(stoppingToken);
    }
}
