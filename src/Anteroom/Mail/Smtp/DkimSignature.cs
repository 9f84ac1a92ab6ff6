using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;

namespace Anteroom.Mail;

/// <summary>
/// Signs messages for the firm's domain (DKIM, RFC 6376), so that receivers know that the firm sent them and nobody changed them.
/// </summary>
internal sealed class DkimSignature
{
    // RFC 8301, section 3.2: receivers ignore signatures with shorter keys.
    private const int ShortestRsaKey = 1024;

    // Those that a message has. RFC 8058 requires List-Unsubscribe.
    private static readonly string[] Headers =
    [
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
        "MIME-Version",
    ];

    private readonly string _domain;
    private readonly string _selector;
    private readonly AsymmetricKeyParameter _key;
    private readonly RSA? _rsa;

    private DkimSignature(string domain, string selector, AsymmetricKeyParameter key)
    {
        (_domain, _selector, _key) = (domain, selector, key);
        if (key is RsaPrivateCrtKeyParameters parameters)
            _rsa = RSA.Create(DotNetUtilities.ToRSAParameters(parameters));
    }

    /// <summary>The signature from the settings; null for none.</summary>
    /// <exception cref="FormatException">They cannot be used; <see cref="MailOptionsCheck"/> says so at start.</exception>
    public static DkimSignature? Of(MailOptions options) =>
        TryCreate(options, out var signature, out var problem) ? signature : throw new FormatException(problem);

    /// <summary>Reads the settings.</summary>
    /// <param name="options">With a sender that can be read.</param>
    /// <param name="signature">Null when there is to be none.</param>
    /// <param name="problem">Which setting is wrong and how to fix it; never contains the key.</param>
    public static bool TryCreate(
        MailOptions options,
        out DkimSignature? signature,
        [NotNullWhen(false)] out string? problem
    )
    {
        (signature, problem) = (null, null);
        var dkim = options.Dkim;
        if (!dkim.IsSet)
            return true;

        var name = string.IsNullOrWhiteSpace(dkim.Domain) ? options.Domain : dkim.Domain.Trim();
        if (!WireAddress.TryParse($"dkim@{name}", out var address) || name.StartsWith('['))
            problem = $"Mail:Dkim:Domain '{name}' is not a domain: write one as example.com.";
        else if (
            !WireAddress.TryParse($"dkim@{options.Domain}", out var sender) || !Covers(address.Domain, sender.Domain)
        )
            problem =
                $"Mail:Dkim:Domain {name} is not the domain of Mail:From or one above it, so receivers would not count the signature (DMARC).";
        else if (string.IsNullOrWhiteSpace(dkim.Selector) || !WireAddress.IsDomain(dkim.Selector))
            problem =
                $"Mail:Dkim:Selector '{dkim.Selector}' is not a selector: write the name before ._domainkey.{name} in the DNS.";
        else if (string.IsNullOrWhiteSpace(dkim.PrivateKey))
            problem = "Mail:Dkim:PrivateKey is missing: set it to a private key in PEM, or to the path of its file.";
        else if (TryReadKey(dkim.PrivateKey, out var secret, out problem))
            signature = new DkimSignature(address.Domain, dkim.Selector, secret);
        return problem is null;
    }

    /// <summary>Signs a complete message, which must not change afterwards.</summary>
    /// <param name="message">Complete.</param>
    /// <param name="date">The message's, so that the same message always gets the same signature.</param>
    public void Sign(MimeMessage message, DateTimeOffset date)
    {
        List<string> headers = [.. Headers.Where(message.Headers.Contains), "Content-Type"];
        new Signer(this, date)
        {
            HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
            BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
        }.Sign(MimeWriter.Format, message, headers);
    }

    private static bool Covers(string domain, string sender) =>
        sender.Equals(domain, StringComparison.OrdinalIgnoreCase)
        || sender.EndsWith($".{domain}", StringComparison.OrdinalIgnoreCase);

    private static bool TryReadKey(
        string setting,
        [NotNullWhen(true)] out AsymmetricKeyParameter? key,
        [NotNullWhen(false)] out string? problem
    )
    {
        (key, problem) = (null, null);
        try
        {
            // In an environment variable or .env file, line ends are written as \n.
            var pem = setting.Contains("-----BEGIN", StringComparison.Ordinal)
                ? setting.Replace("\\n", "\n", StringComparison.Ordinal)
                : File.ReadAllText(setting.Trim());
            using var reader = new PemReader(new StringReader(pem));
            key = reader.ReadObject() switch
            {
                AsymmetricCipherKeyPair pair => pair.Private,
                AsymmetricKeyParameter { IsPrivate: true } single => single,
                _ => null,
            };
        }
        catch (Exception)
        {
            // The exception may quote the value, which is a secret.
        }

        problem = key switch
        {
            RsaKeyParameters { Modulus.BitLength: < ShortestRsaKey } =>
                $"Mail:Dkim:PrivateKey is an RSA key of less than {ShortestRsaKey} bits, which receivers ignore: use 2048.",
            RsaPrivateCrtKeyParameters or Ed25519PrivateKeyParameters => null,
            null =>
                "Mail:Dkim:PrivateKey is neither a private key in PEM nor the path of a readable file with one; a key with a password cannot be read.",
            _ => "Mail:Dkim:PrivateKey is neither an RSA nor an Ed25519 key, the two that DKIM knows.",
        };
        return problem is null;
    }

    private sealed class Signer(DkimSignature by, DateTimeOffset date)
        : DkimSigner(
            by._key,
            by._domain,
            by._selector,
            by._rsa is null ? DkimSignatureAlgorithm.Ed25519Sha256 : DkimSignatureAlgorithm.RsaSha256
        )
    {
        protected override long GetTimestamp() => date.ToUnixTimeSeconds();

        protected override ISigner CreateSigningContext() =>
            by._rsa is { } rsa ? new RsaSigner(rsa) : base.CreateSigningContext();
    }

    /// <summary>RSA by the system: MimeKit's takes fifteen times as long, several milliseconds per message.</summary>
    private sealed class RsaSigner(RSA rsa) : ISigner
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public string AlgorithmName => "SHA-256withRSA";

        public void Init(bool forSigning, ICipherParameters parameters) { }

        public void Update(byte input) => _hash.AppendData([input]);

        public void BlockUpdate(byte[] input, int inOff, int inLen) => _hash.AppendData(input, inOff, inLen);

        public void BlockUpdate(ReadOnlySpan<byte> input) => _hash.AppendData(input);

        public int GetMaxSignatureSize() => rsa.KeySize / 8;

        public byte[] GenerateSignature()
        {
            // All lanes share the key, and RSA is not documented as thread-safe.
            lock (rsa)
                return rsa.SignHash(_hash.GetHashAndReset(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        public bool VerifySignature(byte[] signature) => throw new NotSupportedException();

        public void Reset() => _hash.GetHashAndReset();
    }
}
