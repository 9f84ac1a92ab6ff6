using System.Net;
using System.Text.RegularExpressions;
using Anteroom.Firm;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>
/// The names that requests may ask for (setting <c>ALLOWED_HOSTS</c>, key <c>AllowedHosts</c>; unless set, that of <c>Firm:PublicUrl</c>);
/// others are answered 400 by the framework's host filtering. Django's forms are understood: <c>.example.com</c> is the domain and
/// everything below it, <c>*</c> any name.
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
                    options.AllowedHosts =
                    [
                        .. Read(
                            configuration["AllowedHosts"],
                            configuration["ListensOn"]!,
                            configuration["Firm:PublicUrl"]
                        ),
                    ];
                    // A load balancer that speaks HTTP/1.0 asks without a name, and a request without one cannot pretend to another.
                    options.AllowEmptyHosts = true;
                    options.IncludeFailureMessage = false; // ours is a sentence
                }
            )
            .ValidateOnStart();
        return services;
    }

    /// <summary>Words the refusal. Around the framework's filter.</summary>
    internal static IApplicationBuilder UseWordsForRefusedHosts(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<RefusalLog>();
        return app.Use(
            async (context, rest) =>
            {
                var passed = new Passed();
                context.Features.Set(passed);
                await rest(context);
                if (passed.Host || context.Response.HasStarted)
                    return;
                log.Count(TurnedAway.HostName);
                context.Response.ContentType = "text/plain; charset=utf-8";
                await context.Response.WriteAsync(
                    "This server does not answer to the host name in the address. If it should, its operator sets Firm__PublicUrl to the address that people use, or adds the name to ALLOWED_HOSTS.\n",
                    context.RequestAborted
                );
            }
        );
    }

    /// <summary>Whether a request came through host filtering.</summary>
    private sealed class Passed
    {
        public bool Host { get; set; }
    }

    /// <summary>
    /// Notes that host filtering let a request through. A request without a name is taken for one that names the public address; what
    /// passes for a name but makes no address is refused like one that is not ours. First in the app.
    /// </summary>
    internal static IApplicationBuilder UseAllowedHosts(this IApplicationBuilder app)
    {
        var firm = app.ApplicationServices.GetRequiredService<IOptionsMonitor<FirmOptions>>();
        return app.Use(
            (context, next) =>
            {
                if (!TryName(context.Request, firm.CurrentValue.PublicUrl))
                {
                    context.Response.StatusCode = StatusCodes.Status400BadRequest;
                    return Task.CompletedTask;
                }

                context.Features.Get<Passed>()!.Host = true;
                return next(context);
            }
        );
    }

    /// <summary>Sees to it that the request has a name of which pages can make an address; false when it has one that cannot be.</summary>
    private static bool TryName(HttpRequest request, string? publicUrl)
    {
        try
        {
            if (!request.Host.HasValue)
                request.Host = new HostString(
                    Uri.TryCreate(publicUrl, UriKind.Absolute, out var site) ? site.Authority : "localhost"
                );
            return Uri.TryCreate($"http://{request.Host.ToUriComponent()}/", UriKind.Absolute, out _);
        }
        catch (ArgumentException)
        {
            return false; // xn--… that is no Punycode
        }
    }

    /// <summary>The names in the framework's form.</summary>
    /// <param name="setting">Names separated by commas or semicolons; empty is the public address's.</param>
    /// <param name="listensOn">The address that is listened on. Where that includes loopback, its names are always allowed: health checks on the machine use them.</param>
    /// <param name="publicUrl">Where people find Anteroom; when that is no address, any name is allowed unless there are names.</param>
    /// <exception cref="CannotStartException">One is no host name; the message says which.</exception>
    public static IEnumerable<string> Read(string? setting, string listensOn, string? publicUrl = null)
    {
        var names = (setting ?? "").Split(
            [',', ';'],
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        if (names.Length == 0 && Uri.TryCreate(publicUrl, UriKind.Absolute, out var site) && site.Host.Length > 0)
            names = [site.HostNameType == UriHostNameType.IPv6 ? site.Host.Trim('[', ']') : site.IdnHost];
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
