using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>The virus scanner. Section <c>Scanner</c>.</summary>
public sealed class ScannerOptions
{
    /// <summary>Where clamd listens: <c>host:3310</c> or <c>unix:/run/clamav/clamd.ctl</c>. Empty: files are not scanned.</summary>
    public string Address { get; set; } = "";

    /// <summary>How long the scan of one file may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether there is a scanner.</summary>
    public bool IsOn => Address.Length > 0;

    /// <summary>The address as sockets take it; null when it is none.</summary>
    internal EndPoint? EndPoint =>
        Address.StartsWith("unix:/", StringComparison.Ordinal) ? new UnixDomainSocketEndPoint(Address["unix:".Length..])
        : Address.LastIndexOf(':') is > 0 and var colon
        && ushort.TryParse(Address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        && port > 0
            ? new DnsEndPoint(Address[..colon].Trim('[', ']'), port)
        : null;
}

/// <summary>What makes sense in the section <c>Scanner</c>.</summary>
internal sealed class ScannerRules : IValidateOptions<ScannerOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ScannerOptions options) =>
        options.IsOn && options.EndPoint is null
            ? ValidateOptionsResult.Fail(
                "Scanner:Address has to be host:port, such as localhost:3310, or unix:/path/to/clamd.ctl."
            )
        : options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromMinutes(10)
            ? ValidateOptionsResult.Fail("Scanner:Timeout has to be longer than zero and at most 00:10:00.")
        : ValidateOptionsResult.Success;
}
