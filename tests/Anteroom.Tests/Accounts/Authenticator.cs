using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Accounts;

/// <summary>An authenticator app, written from RFC 6238, and what people do with it.</summary>
internal static class Authenticator
{
    /// <summary>What the app shows now, or some half minutes later. No code is taken twice, but the next one is taken, too.</summary>
    public static string Code(string key, int later = 0, DateTimeOffset? now = null)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(
            key.Replace(" ", "").Select(c => Convert.ToString(Alphabet.IndexOf(c), 2).PadLeft(5, '0'))
        );
        var secret = Enumerable
            .Range(0, bits.Length / 8)
            .Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))
            .ToArray();
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, (now ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds() / 30 + later);
#pragma warning disable CA5350 // the RFC's and every app's algorithm
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>Another one.</summary>
    public static string Wrong(string code) => code == "000000" ? "000001" : "000000";

    /// <summary>Sets it up on the profile, after one wrong try.</summary>
    public static async Task<(string Key, IReadOnlyList<string> Codes)> TurnOnAsync(
        HttpClient client,
        DateTimeOffset? now = null
    )
    {
        var page = await client.OpenAsync("/me/two-factor");
        using (await client.SendFormAsync(page.Form("/me/two-factor/begin"))) { }
        page = await client.OpenAsync("/me/two-factor");
        var key = page.QuerySelector("code.key")!.Words();
        using (
            var wrong = await client.SendFormAsync(
                page.Form("/me/two-factor/confirm"),
                ("code", Wrong(Code(key, now: now)))
            )
        )
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        using var on = await client.SendFormAsync(page.Form("/me/two-factor/confirm"), ("code", Code(key, now: now)));
        Assert.Equal("/me/two-factor/codes", on.Headers.Location?.ToString());
        page = await client.OpenAsync("/me/two-factor/codes");
        return (key, [.. page.QuerySelectorAll(".codes code").Select(code => code.Words())]);
    }

    /// <summary>Signs maria in with password and code.</summary>
    public static async Task<HttpResponseMessage> GiveCodeAsync(HttpClient client, string code)
    {
        using (var first = await client.SignInAsync("maria", AnteroomApp.Password, "/me"))
            Assert.Equal("/signin/code?returnUrl=%2Fme", first.Headers.Location?.ToString());
        using (var closed = await client.GetAsync(new Uri("/me", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Found, closed.StatusCode);
        var page = await client.OpenAsync("/signin/code?returnUrl=%2Fme");
        return await client.SendFormAsync(page.Form("/signin/code"), ("code", code));
    }
}
