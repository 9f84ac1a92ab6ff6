using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Anteroom.Accounts;
using Anteroom.Tests.App;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Anteroom.Tests.Accounts;

/// <summary>Access tokens: what they say, and when they are refused; npm jose is the other side.</summary>
public sealed class JwtTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(
        TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()
    );
    private static readonly JwtKey Key = JwtKey.Of(RandomNumberGenerator.GetBytes(32));
    private static readonly AccessClaims Claims = new()
    {
        UserId = Guid.CreateVersion7(),
        UserName = "zoë@firm",
        FullName = "Zoë \"Z\" 𝒪'Brien </script> 王",
        Role = Role.Attorney,
        Stamp = "stamp",
        Session = Guid.CreateVersion7(),
        TokenId = Guid.NewGuid(),
        IssuedAt = Now,
        ExpiresAt = Now + TimeSpan.FromMinutes(15),
    };

    [Fact]
    public async Task What_was_written_is_read()
    {
        var token = AccessToken.Write(Claims, Key);
        Assert.True(AccessToken.TryParse(token, out var parsed));
        Assert.Equal(Key.Id, parsed.Kid);
        Assert.Equal(Claims, await ReadAsync(token));
    }

    [Fact]
    public async Task The_longest_names_fit()
    {
        var claims = Claims with { UserName = new string('\u0001', 256), FullName = new string('\u0001', 200) };
        Assert.Equal(claims, await ReadAsync(AccessToken.Write(claims, Key)));
    }

    [Theory]
    [InlineData(-31, false)]
    [InlineData(-29, true)]
    [InlineData(0, true)]
    [InlineData((15 * 60) + 29, true)]
    [InlineData((15 * 60) + 30, false)]
    [InlineData(100_000_000, false)]
    public async Task It_is_good_from_its_making_to_its_expiry_with_a_little_leeway_for_clocks(
        int seconds,
        bool good
    ) => Assert.Equal(good ? Claims : null, await ReadAsync(AccessToken.Write(Claims, Key), Now.AddSeconds(seconds)));

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
    public async Task A_claim_that_is_not_as_ours_are_is_refused(string claim, string value) =>
        Assert.False(
            await ReadsAsync(
                Payload().Replace($"\"{claim}\":", $"\"{claim}\":{value},\"was_{claim}\":", StringComparison.Ordinal)
            )
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
    public async Task No_claim_may_be_missing_or_come_twice(string claim)
    {
        Assert.True(await ReadsAsync(Payload()));
        Assert.False(await ReadsAsync(Payload().Replace($"\"{claim}\":", $"\"x_{claim}\":", StringComparison.Ordinal)));
        Assert.False(await ReadsAsync(Payload().Replace("{", $"{{\"{claim}\":1,", StringComparison.Ordinal)));
        var escaped = $"\\u{(int)claim[0]:x4}{claim[1..]}";
        Assert.False(await ReadsAsync(Payload().Replace("{", $"{{\"{escaped}\":1,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_audience_may_be_one_of_several() =>
        Assert.True(
            await ReadsAsync(
                Payload().Replace("\"aud\":\"anteroom\"", "\"aud\":[\"x\",\"anteroom\"]", StringComparison.Ordinal)
            )
        );

    [Theory]
    [InlineData("")]
    [InlineData(",\"typ\":\"secevent+jwt\"")]
    public async Task A_token_of_another_kind_is_refused(string type)
    {
        var result = await CheckAsync(Sign(Payload(), $$"""{"alg":"HS256"{{type}},"kid":"{{Key.Id}}"}"""), Now);

        Assert.False(result.IsValid);
        Assert.Equal("The access token is not one of Anteroom's.", result.Exception.Message);
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task Npm_jose_reads_what_we_write_and_we_read_what_it_writes()
    {
        var token = AccessToken.Write(Claims, Key);
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
        Assert.Equal(Claims, await ReadAsync((string)answers[3]!["token"]!));

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

    private static string Payload() =>
        Base64UrlEncoder.Decode(new JsonWebToken(AccessToken.Write(Claims, Key)).EncodedPayload);

    private static string Sign(string payload, string header)
    {
        var signed = $"{Base64UrlEncoder.Encode(header)}.{Base64UrlEncoder.Encode(payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Key.Secret, Encoding.ASCII.GetBytes(signed)))}";
    }

    private static async Task<bool> ReadsAsync(string payload) =>
        (await CheckAsync(Sign(payload, $$"""{"alg":"HS256","typ":"JWT","kid":"{{Key.Id}}"}"""), Now)).IsValid;

    private static async Task<AccessClaims?> ReadAsync(string token, DateTimeOffset? now = null) =>
        await CheckAsync(token, now ?? Now) is { IsValid: true } result
            ? ((AccessToken)result.SecurityToken).Said
            : null;

    private static Task<TokenValidationResult> CheckAsync(string token, DateTimeOffset now) =>
        new AccessTokenHandler(id => new(id == Key.Id ? Key : null)).ValidateTokenAsync(
            token,
            AccessTokenHandler.Rules(new FakeTimeProvider(now))
        );
}
