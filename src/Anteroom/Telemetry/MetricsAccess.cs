using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Anteroom.Telemetry;

/// <summary>Who may read <c>/metrics</c>. Section <c>Metrics</c>. With neither setting the page is not there; with both, both have to hold.</summary>
public sealed class MetricsOptions
{
    /// <summary>The shortest <see cref="Token"/>.</summary>
    public const int ShortestToken = 16;

    /// <summary>What a reader sends as <c>Authorization: Bearer …</c>; null or empty: none is asked for.</summary>
    public string? Token { get; set; }

    /// <summary>Addresses and networks that may read, separated by commas; null or empty: any that has the token.</summary>
    public string? AllowedNetworks { get; set; }

    /// <summary>The page is there.</summary>
    public bool IsOn => !string.IsNullOrEmpty(Token) || !string.IsNullOrWhiteSpace(AllowedNetworks);

    /// <summary>The networks; an address is a network of one.</summary>
    /// <exception cref="FormatException">One is neither.</exception>
    internal IReadOnlyList<IPNetwork> Networks() =>
        [
            .. (AllowedNetworks ?? "")
                .Split([',', ';', ' '], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(text =>
                    IPAddress.TryParse(text, out var one)
                        ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
                        : IPNetwork.Parse(text)
                ),
        ];
}

/// <summary>Names what is wrong with <see cref="MetricsOptions"/>.</summary>
internal sealed class MetricsOptionsCheck : IValidateOptions<MetricsOptions>
{
    public ValidateOptionsResult Validate(string? name, MetricsOptions options)
    {
        if (options.Token is { Length: > 0 and < MetricsOptions.ShortestToken })
            return ValidateOptionsResult.Fail(
                $"Metrics:Token is too short; it has to have {MetricsOptions.ShortestToken} characters at least."
            );
        try
        {
            options.Networks();
            return ValidateOptionsResult.Success;
        }
        catch (FormatException)
        {
            return ValidateOptionsResult.Fail(
                $"Metrics:AllowedNetworks is {options.AllowedNetworks}; it has to be addresses or networks separated by commas, such as 10.0.0.7 or 10.0.0.0/24."
            );
        }
    }
}

/// <summary>Turns away whoever may not read the metrics.</summary>
internal sealed class MetricsAccess(MetricsOptions options)
{
    private readonly IReadOnlyList<IPNetwork> _networks = options.Networks();
    private readonly byte[]? _token = string.IsNullOrEmpty(options.Token) ? null : Hash(options.Token);

    /// <summary>Before the page.</summary>
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!IsFromHere(context.Connection.RemoteIpAddress))
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
        else if (!HasToken(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }
        else
            return next(context);
        return Task.CompletedTask;
    }

    private bool IsFromHere(IPAddress? address)
    {
        if (_networks.Count == 0)
            return true;
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is not null && _networks.Any(network => network.Contains(address));
    }

    private bool HasToken(HttpRequest request) =>
        _token is null
        || (
            request.Headers.Authorization is [{ } sent]
            && sent.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(sent["Bearer ".Length..].Trim()), _token)
        );

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
