namespace Anteroom.Mail;

/// <summary>With which key outgoing mail is signed (DKIM, RFC 6376). Section <c>Mail:Dkim</c>; nothing set signs nothing.</summary>
public sealed class DkimOptions
{
    /// <summary>The domain that vouches; null or empty for the sender's. It has to be that or one above it.</summary>
    public string? Domain { get; set; }

    /// <summary>Where the public key is in the DNS: at <c>selector._domainkey.domain</c>.</summary>
    public string? Selector { get; set; }

    /// <summary>An RSA or Ed25519 key in PEM, or the path of a file with it. A secret: appears in no error and no log.</summary>
    public string? PrivateKey { get; set; }

    internal bool IsSet =>
        !string.IsNullOrWhiteSpace(Domain)
        || !string.IsNullOrWhiteSpace(Selector)
        || !string.IsNullOrWhiteSpace(PrivateKey);
}
