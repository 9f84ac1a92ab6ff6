using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>PDFs and pictures of files.</summary>
internal static class ConversionFeature
{
    /// <summary>Adds them.</summary>
    /// <param name="services">What the program consists of.</param>
    /// <param name="worksHere">This process does background work.</param>
    public static IServiceCollection AddConversion(this IServiceCollection services, bool worksHere)
    {
        services
            .AddOptions<ConversionOptions>()
            .BindConfiguration("Conversion")
            .Validate(
                options => options.Timeout >= TimeSpan.FromSeconds(1) && options.Timeout <= TimeSpan.FromMinutes(30),
                "Conversion:Timeout has to be between 00:00:01 and 00:30:00."
            )
            .Validate(
                options => options.MaxMemory is >= 512L << 20 and <= 64L << 30,
                "Conversion:MaxMemory has to be between 536870912 (512 MB) and 68719476736 (64 GB)."
            )
            .Validate(
                options => options.MaxBytes is >= 1L << 20 and <= 1L << 30,
                "Conversion:MaxBytes has to be between 1048576 (1 MB) and 1073741824 (1 GB)."
            )
            .Validate(
                options => options.Program.All(sign => !char.IsControl(sign)),
                "Conversion:Program has to be the name or the path of LibreOffice, such as soffice."
            )
            .ValidateOnStart();
        services.AddSingleton<Isolation>();
        services.AddSingleton<LibreOffice>();
        services.AddSingleton<DrawThumbnail>();
        services.AddSingleton(provider => new CopiesWanted(
            provider.GetRequiredService<IOptions<ConversionOptions>>(),
            provider.GetRequiredService<LibreOffice>(),
            provider.GetRequiredService<DrawThumbnail>(),
            worksHere
        ));
        services.AddSingleton<IWork, MakeCopies>();
        services.AddSingleton<QueueFilesAgain>();
        services.AddSingleton(provider => new MakeCopiesAgain(
            provider.GetRequiredService<QueueFilesAgain>(),
            provider.GetRequiredService<CopiesWanted>()
        ));
        return services;
    }
}
