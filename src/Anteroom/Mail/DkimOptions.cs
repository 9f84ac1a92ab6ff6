namespace Anteroom.Mail;

/// <summary>The key that signs outgoing mail (DKIM, RFC 6376). Section <c>Mail:Dkim</c>; unset means unsigned.</summary>
public sealed class DkimOptions
{
    /// <summary>The signing domain: the sender's or a parent of it; null or empty for the sender's.</summary>
    public string? Domain { get; set; }

    /// <summary>Where the public key is in the DNS: at <c>selector._domainkey.domain</c>.</summary>
    public string? Selector { get; set; }

    /// <summary>An RSA or Ed25519 key in PEM, or the path of such a file. A secret: never in errors or logs.</summary>
    public string? PrivateKey { get; set; }

    internal bool IsSet =>
        !string.IsNullOrWhiteSpace(Domain)
        || !string.IsNullOrWhiteSpace(Selector)
        || !string.IsNullOrWhiteSpace(PrivateKey);
}
