using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>
/// The proxies whose word counts for where a request comes from and whether it came by HTTPS (<c>X-Forwarded-For</c>,
/// <c>X-Forwarded-Proto</c>): those named in <c>TRUSTED_PROXIES</c> (key <c>Web:TrustedProxies</c>), and nobody else's.
/// </summary>
public static partial class TrustedProxies
{
    /// <summary>The key of the setting.</summary>
    public const string Key = "Web:TrustedProxies";

    /// <summary>Reads the setting.</summary>
    internal static IServiceCollection AddTrustedProxies(this IServiceCollection services)
    {
        services
            .AddOptions<ForwardedHeadersOptions>()
            .Configure<IConfiguration>((options, configuration) => Trust(options, configuration[Key]))
            .ValidateOnStart();
        return services;
    }

    /// <summary>Takes the word of the named proxies. Before everything that looks at a client's address.</summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app)
    {
        // With an empty list the middleware would believe everybody.
        if (
            app.ApplicationServices.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.ForwardedHeaders
            != ForwardedHeaders.None
        )
            app.UseForwardedHeaders();

        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TrustedProxies));
        var said = 0;
        return app.Use(
            (context, next) =>
            {
                if (
                    context.Request.Headers.ContainsKey("X-Forwarded-For")
                    && !context.Request.Headers.ContainsKey("X-Original-For") // left by the middleware when it believed
                    && Interlocked.Exchange(ref said, 1) == 0
                )
                    NotBelieved(logger, context.Connection.RemoteIpAddress);
                return next(context);
            }
        );
    }

    /// <summary>Makes the proxies of <paramref name="setting"/>, and only those, the known ones.</summary>
    /// <param name="options">What to set.</param>
    /// <param name="setting">Addresses and networks, separated by commas.</param>
    /// <exception cref="CannotStartException">One is neither; the message says which.</exception>
    public static void Trust(ForwardedHeadersOptions options, string? setting)
    {
        options.ForwardedHeaders = ForwardedHeaders.None;
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (
            var proxy in (setting ?? "").Split(
                [',', ';', ' '],
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
            )
        )
        {
            if (IPAddress.TryParse(proxy, out var address))
                options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(proxy, out var network))
                options.KnownIPNetworks.Add(network);
            else
                throw new CannotStartException(
                    $"TRUSTED_PROXIES (Web:TrustedProxies) names {proxy}; it has to be addresses or networks separated by commas, such as 10.0.0.7 or 10.0.0.0/24."
                );
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        }

        // However many of them are in a row: the first that is not ours is the client.
        options.ForwardLimit = null;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "A request from {Address} carries X-Forwarded-For, which is not believed. If that is your proxy, name it in TRUSTED_PROXIES; until then everybody behind it counts as one client. This is said once"
    )]
    private static partial void NotBelieved(ILogger logger, IPAddress? address);
}
