using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Accounts;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Accounts;

/// <summary>Access tokens: what they say, and when they are refused; npm jose is the other side.</summary>
public sealed class JwtTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(
        TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
    );
    private static readonly JwtKey Key = JwtKey.Of(RandomNumberGenerator.GetBytes(32));
    private static readonly AccessClaims Claims = new(
        Guid.CreateVersion7(),
        "zoë@firm",
        "Zoë \"Z\" 𝒪'Brien </script> 王",
        Role.Attorney,
        "stamp",
        Guid.CreateVersion7(),
        Guid.NewGuid(),
        Now,
        Now + TimeSpan.FromMinutes(15)
    );

    [Fact]
    public void What_was_written_is_read()
    {
        Assert.True(Jws.TryParse(Jwt.Write(Claims, Key), out var jws));
        Assert.True(jws.IsSignedWith(Key.Secret));
        Assert.Equal(Key.Id, jws.KeyId);
        Assert.True(Jwt.TryRead(jws, Now, out var read, out _));
        Assert.Equal(Claims, read);
    }

    [Fact]
    public void The_longest_names_fit()
    {
        var claims = Claims with { UserName = new string('\u0001', 256), FullName = new string('\u0001', 200) };
        Assert.True(Jws.TryParse(Jwt.Write(claims, Key), out _));
    }

    [Theory]
    [InlineData(-31, false)]
    [InlineData(-29, true)]
    [InlineData(0, true)]
    [InlineData((15 * 60) + 29, true)]
    [InlineData((15 * 60) + 30, false)]
    [InlineData(100_000_000, false)]
    public void It_is_good_from_its_making_to_its_expiry_with_a_little_leeway_for_clocks(int seconds, bool good)
    {
        Assert.True(Jws.TryParse(Jwt.Write(Claims, Key), out var jws));
        Assert.Equal(good, Jwt.TryRead(jws, Now.AddSeconds(seconds), out _, out _));
    }

    [Theory]
    [InlineData("iss", "\"somebody\"")]
    [InlineData("aud", "\"somebody\"")]
    [InlineData("aud", "[\"somebody\"]")]
    [InlineData("aud", "7")]
    [InlineData("sub", "\"1\"")]
    [InlineData("role", "\"Attorney\"")]
    [InlineData("role", "\"god\"")]
    [InlineData("exp", "\"99999999999\"")]
    [InlineData("exp", "1e400")]
    [InlineData("exp", "99999999999999")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "12.5")]
    [InlineData("nbf", "32503679999")]
    [InlineData("iat", "32503679999")]
    [InlineData("jti", "null")]
    [InlineData("sid", "{}")]
    [InlineData("stamp", "[]")]
    public void A_claim_that_is_not_as_ours_are_is_refused(string claim, string value) =>
        Assert.False(
            Reads(Payload().Replace($"\"{claim}\":", $"\"{claim}\":{value},\"was_{claim}\":", StringComparison.Ordinal))
        );

    [Theory]
    [InlineData("iss")]
    [InlineData("aud")]
    [InlineData("sub")]
    [InlineData("name")]
    [InlineData("full_name")]
    [InlineData("role")]
    [InlineData("stamp")]
    [InlineData("sid")]
    [InlineData("jti")]
    [InlineData("iat")]
    [InlineData("nbf")]
    [InlineData("exp")]
    public void No_claim_may_be_missing_or_come_twice(string claim)
    {
        Assert.True(Reads(Payload()));
        Assert.False(Reads(Payload().Replace($"\"{claim}\":", $"\"x_{claim}\":", StringComparison.Ordinal)));
        Assert.False(Reads(Payload().Replace("{", $"{{\"{claim}\":1,", StringComparison.Ordinal)));
        var escaped = $"\\u{(int)claim[0]:x4}{claim[1..]}";
        Assert.False(Reads(Payload().Replace("{", $"{{\"{escaped}\":1,", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_audience_may_be_one_of_several() =>
        Assert.True(
            Reads(Payload().Replace("\"aud\":\"anteroom\"", "\"aud\":[\"x\",\"anteroom\"]", StringComparison.Ordinal))
        );

    [Theory]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","typ":"secevent+jwt"}""")]
    public void A_token_of_another_kind_is_refused(string header) => Assert.False(Reads(Payload(), header));

    [Fact]
    public async Task Npm_jose_reads_what_we_write_and_we_read_what_it_writes()
    {
        var token = Jwt.Write(Claims, Key);
        var other = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var ours = Convert.ToBase64String(Key.Secret);

        var answers = await AskJoseAsync(
            new JsonArray(
                Verify(token, ours, "anteroom"),
                Verify(token, other, "anteroom"),
                Verify(token, ours, "somebody"),
                new JsonObject
                {
                    ["sign"] = new JsonObject
                    {
                        ["header"] = JsonNode.Parse($$"""{"alg":"HS256","typ":"JWT","kid":"{{Key.Id}}"}"""),
                        ["claims"] = JsonNode.Parse(Payload()),
                        ["secret"] = ours,
                    },
                }
            )
        );

        Assert.Equal(Key.Id, (string?)answers[0]!["header"]!["kid"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Payload()), answers[0]!["claims"]));
        Assert.Equal(Claims.FullName, (string?)answers[0]!["claims"]!["full_name"]);
        Assert.Equal("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", (string?)answers[1]!["error"]);
        Assert.Equal("ERR_JWT_CLAIM_VALIDATION_FAILED", (string?)answers[2]!["error"]);
        Assert.True(Jws.TryParse((string)answers[3]!["token"]!, out var theirs));
        Assert.True(theirs.IsSignedWith(Key.Secret));
        Assert.True(Jwt.TryRead(theirs, Now, out var read, out _));
        Assert.Equal(Claims, read);

        static JsonObject Verify(string token, string secret, string issuer) =>
            new()
            {
                ["verify"] = new JsonObject
                {
                    ["token"] = token,
                    ["secret"] = secret,
                    ["issuer"] = issuer,
                    ["audience"] = "anteroom",
                },
            };
    }

    private static async Task<JsonArray> AskJoseAsync(JsonArray requests)
    {
        using var jose = await NodeScript.StartAsync("jose.mjs", []);
        await jose.StandardInput.WriteAsync(requests.ToJsonString());
        jose.StandardInput.Close();
        var errors = jose.StandardError.ReadToEndAsync();
        var answers = await jose.StandardOutput.ReadToEndAsync();
        await jose.WaitForExitAsync();
        Assert.True(jose.ExitCode == 0, await errors);
        return JsonNode.Parse(answers)!.AsArray();
    }

    private static string Payload()
    {
        Assert.True(Jws.TryParse(Jwt.Write(Claims, Key), out var jws));
        return Encoding.UTF8.GetString(jws.Payload.Span);
    }

    private static bool Reads(string payload, string header = """{"alg":"HS256","typ":"JWT"}""")
    {
        var token = Jws.Sign(Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes(payload), Key.Secret);
        Assert.True(Jws.TryParse(token, out var jws));
        return Jwt.TryRead(jws, Now, out _, out _);
    }
}
