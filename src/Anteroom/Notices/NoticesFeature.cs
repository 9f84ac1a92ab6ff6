namespace Anteroom.Notices;

/// <summary>What people of the firm are told: on a page, by email, by their browser.</summary>
internal static class NoticesFeature
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddNotices(this IServiceCollection services)
    {
        services.AddSingleton<ReadNotices>();
        services.AddSingleton<NoticeChoices>();
        services.AddHostedService(provider => provider.GetRequiredService<NoticeChoices>());
        return services;
    }
}
