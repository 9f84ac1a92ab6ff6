using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>The files prospects send.</summary>
internal static class ResumesFeature
{
    /// <summary>Adds the store, and what is done with files.</summary>
    /// <param name="services">What the program consists of.</param>
    /// <param name="worksHere">This process does background work.</param>
    public static IServiceCollection AddResumes(this IServiceCollection services, bool worksHere)
    {
        services.AddStore();
        services.AddOptions<ScannerOptions>().BindConfiguration("Scanner").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ScannerOptions>, ScannerRules>();
        services.AddSingleton<VirusScan>();
        services.AddSingleton<IWork, ScanResumes>();
        services
            .AddOptions<ReadingOptions>()
            .BindConfiguration("Reading")
            .Validate(
                options => options.Timeout > TimeSpan.Zero && options.Timeout <= TimeSpan.FromMinutes(10),
                "Reading:Timeout has to be longer than zero and at most 00:10:00."
            )
            .Validate(
                options => options.MaxMemory is >= 64L << 20 and <= 16L << 30,
                "Reading:MaxMemory has to be between 67108864 (64 MB) and 17179869184 (16 GB)."
            )
            .Validate(options => options.MaxPages is >= 1 and <= 100, "Reading:MaxPages has to be between 1 and 100.")
            .Validate(
                options =>
                    options.RecognitionTimeout > TimeSpan.Zero && options.RecognitionTimeout <= TimeSpan.FromHours(1),
                "Reading:RecognitionTimeout has to be longer than zero and at most 01:00:00."
            )
            .Validate(
                options =>
                    options.Languages.Length > 0
                    && options.Languages.All(one => char.IsAsciiLetter(one) || one is '_' or '+'),
                "Reading:Languages has to name languages of tesseract, such as eng or eng+spa."
            )
            .ValidateOnStart();
        services.AddSingleton<ReadingProcess>();
        services.AddSingleton<RecognizeText>();
        services.AddSingleton<ReadResumeText>();
        services.AddSingleton(provider => new ReadAgain(
            provider.GetRequiredService<QueueFilesAgain>(),
            provider.GetRequiredService<IOptions<ReadingOptions>>()
        ));
        services.AddSingleton<IWork>(provider => provider.GetRequiredService<ReadResumeText>());
        services.AddConversion(worksHere);
        services.AddSingleton<ReadResume>();
        services.AddSingleton<CheckResumes>();
        services.AddSingleton<RemoveOrphans>();
        services.AddSingleton<DeleteOldResumes>();
        return services;
    }
}
