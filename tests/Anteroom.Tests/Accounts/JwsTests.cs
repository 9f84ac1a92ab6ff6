using System.Buffers.Text;
using System.Text;
using Anteroom.Accounts;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Accounts;

/// <summary>Signed texts, against the example of RFC 7515 and against what attackers send.</summary>
public sealed class JwsTests
{
    // RFC 7515, appendix A.1.1.
    private const string Header = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    private const string Payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    private const string Signature = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Example = $"{Header}.{Payload}.{Signature}";
    private static readonly byte[] Secret = Base64Url.DecodeFromChars(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
    );

    [Fact]
    public void The_example_of_the_standard_is_signed_as_the_standard_says()
    {
        var header = Base64Url.DecodeFromChars(Header);
        var payload = Base64Url.DecodeFromChars(Payload);

        Assert.Equal(Example, Jws.Sign(header, payload, Secret));
    }

    [Fact]
    public void The_example_of_the_standard_verifies()
    {
        Assert.True(Jws.TryParse(Example, out var jws));
        Assert.True(jws.IsSignedWith(Secret));
        Assert.Equal("JWT", jws.Type);
        Assert.Null(jws.KeyId);
        Assert.Equal(
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
            Encoding.UTF8.GetString(jws.Payload.Span)
        );
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"None"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"HS384"}""")]
    [InlineData("""{"alg":"RS256"}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"alg":null}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"HS256","kid":7}""")]
    [InlineData("""{"alg":"HS256","alg":"HS256"}""")]
    [InlineData("""{"alg":"none","\u0061lg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","kid":"\ud800"}""")]
    [InlineData("""["HS256"]""")]
    [InlineData("""{"alg":"HS256"} """ + "x")]
    [InlineData("\ufeff{\"alg\":\"HS256\"}")]
    [InlineData("")]
    public void Any_other_header_than_a_plain_one_for_HS256_is_refused(string header)
    {
        var token = Jws.Sign(Encoding.UTF8.GetBytes(header), Base64Url.DecodeFromChars(Payload), Secret);
        Assert.False(Jws.TryParse(token, out _));
    }

    [Fact]
    public void A_header_that_is_no_text_is_refused() =>
        Assert.False(Jws.TryParse(Jws.Sign([.. "{\"alg\":\"HS256\",\"x\":\""u8, 0xff, .. "\"}"u8], [], Secret), out _));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(Header)]
    [InlineData($"{Header}.{Payload}")]
    [InlineData($"{Example}.")]
    [InlineData($"{Example}=")]
    [InlineData($" {Example}")]
    [InlineData($"{Example}\n")]
    [InlineData($"{Header}==.{Payload}.{Signature}")]
    [InlineData($"{Header}. {Payload}.{Signature}")]
    // The last character of the signature carries two bits that mean nothing: k and l are the same bytes.
    [InlineData($"{Header}.{Payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")]
    // The alphabet of base64, not of base64url.
    [InlineData($"{Header}.{Payload}.dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk")]
    public void Only_the_one_way_of_writing_a_token_is_read(string token) => Assert.False(Jws.TryParse(token, out _));

    [Fact]
    public void A_token_that_is_too_long_is_not_read()
    {
        var token = Jws.Sign("{\"alg\":\"HS256\"}"u8, new byte[Jws.MaxLength], Secret);
        Assert.False(Jws.TryParse(token, out _));
    }

    [Theory]
    [InlineData($"{Header}.{Payload}.")]
    [InlineData($"{Header}.{Payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXg")]
    public void Another_signature_does_not_verify(string token)
    {
        Assert.True(Jws.TryParse(token, out var jws));
        Assert.False(jws.IsSignedWith(Secret));
    }

    [Fact]
    public void No_single_changed_character_verifies() =>
        Prop.ForAll(
                Gen.Choose(0, Example.Length - 1)
                    .SelectMany(at => Gen.Elements("AZaz09-_.=".ToCharArray()), (at, character) => (at, character))
                    .Where(change => Example[change.at] != change.character)
                    .ToArbitrary(),
                change =>
                {
                    var token = Example.Remove(change.at, 1).Insert(change.at, change.character.ToString());
                    return !Jws.TryParse(token, out var jws) || !jws.IsSignedWith(Secret);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_that_is_sent_makes_it_fail() =>
        Prop.ForAll<string?>(text => Jws.TryParse(text ?? "", out _) ? false : true).QuickCheckThrowOnFailure();

    [Fact]
    public void A_short_secret_does_not_sign() =>
        Assert.Throws<ArgumentException>(() => Jws.Sign("{}"u8, "{}"u8, new byte[31]));
}
