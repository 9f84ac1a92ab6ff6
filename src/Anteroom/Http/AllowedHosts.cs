using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.HostFiltering;

namespace Anteroom.Http;

/// <summary>
/// The names that requests may ask for (setting <c>ALLOWED_HOSTS</c>, key <c>AllowedHosts</c>); others are answered 400 by the framework's
/// host filtering. Django's forms are understood: <c>.example.com</c> is the domain and everything below it, <c>*</c> any name.
/// </summary>
public static partial class AllowedHosts
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Sets up host filtering from the settings.</summary>
    internal static IServiceCollection AddAllowedHosts(this IServiceCollection services)
    {
        services
            .AddOptions<HostFilteringOptions>()
            .Configure<IConfiguration>(
                (options, configuration) =>
                {
                    options.AllowedHosts = [.. Read(configuration["AllowedHosts"], configuration["ListensOn"]!)];
                    // A load balancer that speaks HTTP/1.0 asks without a name, and a request without one cannot pretend to another.
                    options.AllowEmptyHosts = true;
                    options.IncludeFailureMessage = false; // ours is a sentence
                }
            )
            .ValidateOnStart();
        // The framework puts its filter around the whole app; only what comes before it sees a refusal.
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, WordedRefusal>());
        return services;
    }

    /// <summary>Words the refusal.</summary>
    private sealed class WordedRefusal : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    async (context, rest) =>
                    {
                        var passed = new Passed();
                        context.Features.Set(passed);
                        await rest(context);
                        if (passed.Host || context.Response.HasStarted)
                            return;
                        context.Response.ContentType = "text/plain; charset=utf-8";
                        context.Response.Headers.XContentTypeOptions = "nosniff";
                        await context.Response.WriteAsync(
                            "This server does not answer to the host name in the address. If it should, its operator adds the name to ALLOWED_HOSTS.\n",
                            context.RequestAborted
                        );
                    }
                );
                next(app);
            };
    }

    /// <summary>Whether a request came through host filtering.</summary>
    private sealed class Passed
    {
        public bool Host { get; set; }
    }

    /// <summary>Notes that host filtering let a request through. First in the app.</summary>
    internal static IApplicationBuilder UseAllowedHosts(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Features.Get<Passed>()!.Host = true;
                return next(context);
            }
        );

    /// <summary>The names in the framework's form.</summary>
    /// <param name="setting">Names separated by commas or semicolons; empty is any name.</param>
    /// <param name="listensOn">The address that is listened on. Where that includes loopback, its names are always allowed: health checks on the machine use them.</param>
    /// <exception cref="CannotStartException">One is no host name; the message says which.</exception>
    public static IEnumerable<string> Read(string? setting, string listensOn)
    {
        var names = (setting ?? "").Split(
            [',', ';'],
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        if (names.Length == 0 || names.Contains("*", StringComparer.Ordinal))
            return ["*"];

        var hosts = new List<string>();
        foreach (var name in names)
            if (name is ['.', .. var domain] && Name.IsMatch(domain))
                hosts.AddRange([domain, $"*.{domain}"]);
            else if (Name.IsMatch(name) || (name is ['*', '.', .. var parent] && Name.IsMatch(parent)))
                hosts.Add(name);
            else if (IPAddress.TryParse(name, out var address))
                hosts.Add($"[{address}]"); // an IPv6 one: the others are names to the pattern
            else
                throw new CannotStartException(
                    $"ALLOWED_HOSTS (AllowedHosts) names {name}; it has to be host names separated by commas, such as leads.firm.example, "
                        + "or .firm.example for everything below it: without https://, port and path."
                );
        if (IncludesLoopback(listensOn))
            hosts.AddRange(Loopback);
        return hosts;
    }

    private static bool IncludesLoopback(string listensOn) =>
        listensOn is "localhost" or "*" or "+"
        || (
            IPAddress.TryParse(listensOn, out var address)
            && (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        );

    [GeneratedRegex(@"^[\p{L}\p{N}_]([\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}_])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name { get; }
}
