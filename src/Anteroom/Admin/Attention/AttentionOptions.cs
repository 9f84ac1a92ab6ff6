using System.Net;
using System.Text;
using Anteroom.Firm;

namespace Anteroom.Admin;

/// <summary>Where it is told that something is wrong, beside email. Section <c>Attention</c>.</summary>
public sealed class AttentionOptions
{
    /// <summary>Gets a POST when something begins and when it is over; null for nowhere.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>
    /// Signs the messages (Standard Webhooks 1.0.0): with <c>whsec_</c> before it, the bytes that the rest encodes in base64, otherwise its own.
    /// </summary>
    public string? WebhookSecret { get; set; }

    /// <summary>The address; null for none.</summary>
    internal Uri? Webhook => Uri.TryCreate(WebhookUrl?.Trim(), UriKind.Absolute, out var address) ? address : null;

    /// <summary>The bytes to sign with; null for no secret.</summary>
    internal byte[]? Key
    {
        get
        {
            if (string.IsNullOrEmpty(WebhookSecret))
                return null;
            var bytes = new byte[WebhookSecret.Length];
            return
                WebhookSecret.StartsWith("whsec_", StringComparison.Ordinal)
                && Convert.TryFromBase64String(WebhookSecret["whsec_".Length..], bytes, out var length)
                ? bytes[..length]
                : Encoding.UTF8.GetBytes(WebhookSecret);
        }
    }
}

/// <summary>What makes sense in the section <c>Attention</c>.</summary>
internal sealed class AttentionRules : SettingRules<AttentionOptions>
{
    private const string Address = "Attention:WebhookUrl";
    private const int LeastSecret = 24;
    private const int LongestAddress = 1_000;

    /// <inheritdoc />
    public override IEnumerable<SettingProblem> Problems(AttentionOptions options)
    {
        if (!string.IsNullOrWhiteSpace(options.WebhookUrl))
        {
            if (options.WebhookUrl.Length > LongestAddress || options.Webhook is not { } url)
                yield return new(Address, "This has to be an address that begins with https://.");
            else if (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && IsThisMachine(url)))
                yield return new(
                    Address,
                    "This has to begin with https://; http:// is only for a program on this machine, such as http://localhost:9000/."
                );
            else if (url.UserInfo.Length > 0)
                yield return new(Address, "Please leave out a name or password before the server's name.");
            else if (IPAddress.TryParse(url.DnsSafeHost, out var address) && !WebhookGuard.MayReach(address, url))
                yield return new(Address, "This address is not one to send to.");
            if (string.IsNullOrEmpty(options.WebhookSecret))
                yield return new(
                    "Attention:WebhookSecret",
                    "Please enter a secret of at least 24 characters; the receiver checks with it that a message is from here."
                );
        }

        if (options.WebhookSecret is { Length: > 0 and < LeastSecret })
            yield return new("Attention:WebhookSecret", "This has to be at least 24 characters long.");
    }

    private static bool IsThisMachine(Uri url) => url.IsLoopback;
}

/// <summary>
/// Where a webhook may go. Administrators name it, and it may well be in their own network; but nothing that answers it is shown to anybody, no
/// redirect is followed, and addresses that only machines know, as a cloud's metadata service, are refused once the name is resolved.
/// </summary>
internal static class WebhookGuard
{
    /// <summary>Whether a connection to this address may be opened for the webhook.</summary>
    public static bool MayReach(IPAddress address, Uri url)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (url.Scheme == Uri.UriSchemeHttp)
            return IPAddress.IsLoopback(plain);
        var bytes = plain.GetAddressBytes();
        return !plain.Equals(IPAddress.Any)
            && !plain.Equals(IPAddress.IPv6Any)
            && !plain.IsIPv6LinkLocal
            && !plain.IsIPv6Multicast
            // Link-local (RFC 3927), multicast and what is reserved, and AWS's metadata over IPv6.
            && !(bytes is [169, 254, ..])
            && !(bytes is [>= 224, _, _, _])
            && !plain.Equals(IPAddress.Parse("fd00:ec2::254"));
    }
}
