using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Anteroom.Mail;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.OpenSsl;
using Org.BouncyCastle.Security;

namespace Anteroom.Tests.Mail.Smtp;

[Trait("Category", "Slow")]
public sealed class DkimTests
{
    private static readonly RSA Rsa = RSA.Create(2048);

    private static readonly string Pem = Rsa.ExportPkcs8PrivateKeyPem();

    private static readonly (string Pem, AsymmetricKeyParameter Public) Ed25519 = NewEd25519();

    private static MailOptions Signing(string key) =>
        new() { From = "Dewey & Howe <firm@example.com>", Dkim = { Selector = "mail2026", PrivateKey = key } };

    private static ReadOnlyMemory<byte> Signed(MailMessage message, string? key = null) =>
        new MimeWriter(DkimSignature.Of(Signing(key ?? Pem))).Write(message);

    private static bool Verifies(ReadOnlySpan<byte> raw, AsymmetricKeyParameter key)
    {
        using var message = MimeMessage.Load(new MemoryStream(raw.ToArray()));
        var header = message.Headers[message.Headers.IndexOf(HeaderId.DkimSignature)];
        return new DkimVerifier(new Locator(key)).Verify(message, header);
    }

    private static AsymmetricKeyParameter PublicRsa => DotNetUtilities.GetRsaPublicKey(Rsa);

    [Theory]
    [InlineData("PKCS#8")]
    [InlineData("PKCS#1")]
    [InlineData("one line")]
    [InlineData("a file")]
    [InlineData("Ed25519")]
    public async Task What_arrives_at_a_server_is_signed_for_the_domain(string form)
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Pem, Letters.Cancellation);
        var options = Signing(
            form switch
            {
                "PKCS#1" => Rsa.ExportRSAPrivateKeyPem(),
                "one line" => Pem.Replace("\n", "\\n", StringComparison.Ordinal),
                "a file" => file,
                "Ed25519" => Ed25519.Pem,
                _ => Pem,
            }
        );
        (options.Host, options.Port) = (server.Host, server.Port);

        await Letters.SendAsync(
            options,
            Letters.To("renee@example.org", "Renée \"Zed\" O'Brien") with
            {
                Text = ".\r\nlast line without end   ",
                Headers = [new("List-Unsubscribe", "<https://example.com/unsubscribe/abc>")],
            }
        );
        File.Delete(file);

        var mail = Assert.Single(await server.WaitForMailsAsync(1, Letters.Cancellation));
        Assert.True(Verifies(mail.Raw, form == "Ed25519" ? Ed25519.Public : PublicRsa));
        var tags = Tags(mail.Headers.Single(header => header.Key == "dkim-signature").Line.Split(':', 2)[1]);
        Assert.Equal(("example.com", "mail2026"), (tags["d"], tags["s"]));
        Assert.Equal(
            ["from", "to", "subject", "date", "message-id", "list-unsubscribe", "mime-version", "content-type"],
            tags["h"].Split(':')
        );
    }

    [Fact]
    public async Task A_message_with_an_address_beyond_ASCII_is_signed_as_it_travels()
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);
        var options = Signing(Pem);
        (options.Host, options.Port) = (server.Host, server.Port);

        await Letters.SendAsync(
            options,
            Letters.To("дмитрий@пример.рф", "Дмитрий") with
            {
                Subject = "Ваш запрос",
            },
            Letters.To("firm@example.org") with
            {
                Subject = "Ваш запрос",
                ReplyTo = new Mailbox("дмитрий@пример.рф", "Дмитрий"),
            }
        );

        var mails = await server.WaitForMailsAsync(2, Letters.Cancellation);
        Assert.All(mails, mail => Assert.True(mail.SmtpUtf8));
        Assert.All(mails, mail => Assert.Equal("Ваш запрос", mail.Subject));
        Assert.All(mails, mail => Assert.True(Verifies(mail.Raw, PublicRsa)));
    }

    [Theory]
    [InlineData("We have received", "We have lost")]
    [InlineData("firm@example.com", "firm@example.net")]
    [InlineData("Hello,", "Goodbye,")]
    [InlineData("05:06:07", "05:06:08")]
    public void Whatever_is_changed_on_the_way_breaks_the_signature(string text, string other)
    {
        var raw = Encoding.UTF8.GetString(Signed(Letters.To("p@example.org")).Span);
        Assert.Contains(text, raw, StringComparison.Ordinal);

        Assert.True(Verifies(Encoding.UTF8.GetBytes(raw), PublicRsa));
        Assert.False(Verifies(Encoding.UTF8.GetBytes(raw.Replace(text, other, StringComparison.Ordinal)), PublicRsa));
    }

    [Fact]
    public void The_signature_is_the_one_of_RFC_6376_also_by_other_code_than_the_library_s()
    {
        var raw = Encoding.UTF8.GetString(
            Signed(Letters.To("p@example.org", "Zoë") with { Text = "two  spaces \r\n\r\nend\r\n\r\n" }).Span
        );
        var (head, body) = (raw.Split("\r\n\r\n", 2)[0], raw.Split("\r\n\r\n", 2)[1]);
        var headers = Regex
            .Replace(head, "\r\n[ \t]+", " ", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Split("\r\n")
            .Select(line => line.Split(':', 2))
            .ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1], StringComparer.Ordinal);
        var tags = Tags(headers["dkim-signature"]);

        var relaxedBody = string.Join("\r\n", body.Split("\r\n").Select(Relaxed)).TrimEnd('\r', '\n') + "\r\n";
        Assert.Equal(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(relaxedBody))), tags["bh"]);

        var withoutSignature = Regex.Replace(
            headers["dkim-signature"],
            "(?<=; ?b=).*$",
            "",
            RegexOptions.None,
            TimeSpan.FromSeconds(1)
        );
        var signed =
            string.Concat(tags["h"].Split(':').Select(name => $"{name}:{Relaxed(headers[name]).TrimStart()}\r\n"))
            + $"dkim-signature:{Relaxed(withoutSignature).TrimStart()}";
        Assert.True(
            Rsa.VerifyData(
                Encoding.UTF8.GetBytes(signed),
                Convert.FromBase64String(tags["b"]),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            )
        );

        // RFC 6376, sections 3.4.2 and 3.4.4.
        static string Relaxed(string line) =>
            Regex.Replace(line, "[ \t]+", " ", RegexOptions.None, TimeSpan.FromSeconds(1)).TrimEnd(' ');
    }

    [Fact]
    public void Every_try_carries_the_same_signature()
    {
        var message = Letters.To("p@example.org", "Zoë");

        Assert.Equal(Signed(message).ToArray(), Signed(message).ToArray());
    }

    [Fact]
    public void Many_lanes_sign_at_once()
    {
        var writer = new MimeWriter(DkimSignature.Of(Signing(Pem)));

        Parallel.For(0, 100, i => Assert.True(Verifies(writer.Write(Letters.To($"p{i}@example.org")).Span, PublicRsa)));
    }

    [Fact]
    public void Without_a_key_nothing_is_signed() =>
        Assert.DoesNotContain(
            "DKIM-Signature",
            Encoding.UTF8.GetString(new MimeWriter().Write(Letters.To("p@example.org")).Span),
            StringComparison.OrdinalIgnoreCase
        );

    [Theory]
    [InlineData("firm@example.com", "example.com")]
    [InlineData("firm@mail.example.com", "example.com")]
    [InlineData("firm@bücher.example", "bücher.example")]
    public void The_domain_is_the_sender_s_or_one_above_it(string from, string domain)
    {
        var options = Signing(Pem);
        (options.From, options.Dkim.Domain) = (from, domain);

        Assert.True(new MailOptionsCheck().Validate(null, options).Succeeded);
    }

    [Fact]
    public void Each_complaint_names_its_setting_and_never_shows_the_key()
    {
        var encrypted = Rsa.ExportEncryptedPkcs8PrivateKeyPem(
            "hunter2-secret",
            new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)
        );
        using var small = RSA.Create(512);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Dictionary<string, Action<DkimOptions>> wrong = new()
        {
            ["Mail:Dkim:Domain"] = dkim => dkim.Domain = "example.net",
            ["Mail:Dkim:Domain 'a b'"] = dkim => dkim.Domain = "a b",
            ["Mail:Dkim:Selector"] = dkim => dkim.Selector = "",
            ["Mail:Dkim:Selector 'a b'"] = dkim => dkim.Selector = "a b",
            ["Mail:Dkim:PrivateKey is missing"] = dkim => dkim.PrivateKey = "",
            ["nor the path"] = dkim => dkim.PrivateKey = "/no/such/file-secret",
            ["neither a private key"] = dkim => dkim.PrivateKey = Pem[28..],
            ["in PEM"] = dkim => dkim.PrivateKey = Rsa.ExportSubjectPublicKeyInfoPem(),
            ["with a password"] = dkim => dkim.PrivateKey = encrypted,
            ["1024"] = dkim => dkim.PrivateKey = small.ExportPkcs8PrivateKeyPem(),
            ["Ed25519"] = dkim => dkim.PrivateKey = curve.ExportPkcs8PrivateKeyPem(),
        };

        Assert.All(
            wrong,
            pair =>
            {
                var options = Signing(Pem);
                pair.Value(options.Dkim);
                var complaint = new MailOptionsCheck().Validate(null, options).FailureMessage;
                Assert.Contains(pair.Key, complaint, StringComparison.Ordinal);
                Assert.DoesNotContain("secret", complaint, StringComparison.Ordinal);
                if (options.Dkim.PrivateKey is { Length: > 60 } key)
                    Assert.DoesNotContain(key[40..60], complaint, StringComparison.Ordinal);
                Assert.Throws<FormatException>(() => DkimSignature.Of(options));
            }
        );
    }

    private static Dictionary<string, string> Tags(string value) =>
        value
            .Split(';')
            .Select(tag => tag.Split('=', 2))
            .ToDictionary(
                pair => pair[0].Trim(),
                pair => string.Concat(pair[1].Where(c => !char.IsWhiteSpace(c))),
                StringComparer.Ordinal
            );

    private static (string Pem, AsymmetricKeyParameter Public) NewEd25519()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        var pair = generator.GenerateKeyPair();
        var text = new StringWriter();
        using (var pem = new PemWriter(text))
            pem.WriteObject(new Pkcs8Generator(pair.Private));
        return (text.ToString(), pair.Public);
    }

    private sealed class Locator(AsymmetricKeyParameter key) : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        ) => key;

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        ) => Task.FromResult(key);
    }
}
