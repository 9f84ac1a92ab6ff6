namespace Anteroom.Api;

/// <summary>The doors for programs.</summary>
public static class ApiFeature
{
    /// <summary>Adds what the doors need.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services) => services;

    /// <summary>Maps the doors.</summary>
    public static WebApplication MapApi(this WebApplication app) => app;
}
