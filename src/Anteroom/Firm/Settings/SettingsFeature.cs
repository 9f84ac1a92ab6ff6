using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Anteroom.Firm;

/// <summary>Settings that administrators change while the firm works.</summary>
internal static class SettingsFeature
{
    /// <summary>Adds what keeps them. Before everything that works by them.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.AddSection<FirmOptions, FirmRules>("Firm");
        services.AddSection<IntakeOptions, IntakeRules>("Intake");
        services.AddSection<HoursOptions, HoursRules>("Hours");
        services.AddSection<RetentionOptions, RetentionRules>("Retention");
        services.AddSingleton<SecretSettings>();
        services.AddSingleton<SettingsCheck>();
        services.AddSingleton<KeepSettings>();
        services.AddHostedService(provider => provider.GetRequiredService<KeepSettings>());
        services.AddSingleton<ReadSettings>();
        services.AddSingleton<ChangeSettings>();
        services.AddSingleton<Logos>();
        services.AddOptions<PanelOptions>().BindConfiguration("Panel");
        services.AddSingleton<IOptions<PanelOptions>, PresentOptions<PanelOptions>>();
        return services;
    }

    /// <summary>Adds a section that follows the page of settings, with its rules.</summary>
    internal static void AddSection<TOptions, TRules>(this IServiceCollection services, string name)
        where TOptions : class, new()
        where TRules : SettingRules<TOptions>, new()
    {
        services.AddOptions<TOptions>().BindConfiguration(name).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TRules>());
        services.AddSingleton<IOptions<TOptions>, PresentOptions<TOptions>>();
        services.AddSingleton(OptionsOnPage.Of(name, new TRules()));
    }
}
