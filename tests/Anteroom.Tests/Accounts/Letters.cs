using System.Text.RegularExpressions;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Accounts;

/// <summary>The emails to users, as they wait in the outbox.</summary>
internal static partial class Letters
{
    /// <summary>The path of the link in the newest email of a kind.</summary>
    public static async Task<string> LinkAsync(this AnteroomApp app, string kind)
    {
        await app.WaitUntilAsync($"select exists (select from emails where kind = '{kind}' and lead_id is null)");
        var text = await app.ValueAsync<string>(
            $"select text from emails where kind = '{kind}' and lead_id is null order by id desc limit 1"
        );
        return new Uri(Link().Match(text).Value).PathAndQuery;
    }

    /// <summary>Opens the link, types a password and sends the form.</summary>
    public static async Task<HttpResponseMessage> SetPasswordAsync(this HttpClient client, string link, string password)
    {
        var page = await client.OpenAsync(link);
        return await client.SendFormAsync(page.Form("/password"), ("password", password));
    }

    [GeneratedRegex(@"http\S+/(password|email)\?\S+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
