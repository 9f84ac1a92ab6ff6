using System.Net;
using System.Text.RegularExpressions;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Mail;

/// <summary>Prospects who want no more automatic email.</summary>
public sealed partial class OptOutTests(TestDatabases databases)
{
    [Fact]
    public async Task A_mail_program_opts_out_with_one_click_on_what_the_confirmation_carries()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Mail:Host", server.Host),
                new("Mail:Port", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new("Firm:PublicUrl", "https://intake.firm.example/"),
                new("Firm:NotifyAddresses", "attorney@firm.example"),
            ]
        );
        var first = await new Prospect { Email = "Ada@Example.com" }.IsAcceptedAsync(app);
        var second = await new Prospect { Email = "ada@example.com", FirstName = "A." }.IsAcceptedAsync(app);
        await new Prospect { Email = "xada@example.com" }.IsAcceptedAsync(app);
        var mails = await server.WaitForMailsAsync(6);

        // RFC 8058, section 3.1
        var confirmation = mails.First(mail => mail.To[0].Address == "Ada@Example.com");
        Assert.Equal("List-Unsubscribe=One-Click", Header(confirmation, "list-unsubscribe-post"));
        var link = Header(confirmation, "list-unsubscribe")!.Trim('<', '>');
        Assert.StartsWith("https://intake.firm.example/unsubscribe/", link, StringComparison.Ordinal);
        Assert.Contains(
            "Unsubscribe: https://intake.firm.example/unsubscribe/",
            confirmation.Text,
            StringComparison.Ordinal
        );
        Assert.Contains("href=\"https://intake.firm.example/unsubscribe/", confirmation.Html, StringComparison.Ordinal);
        // Longer than what chance writes into a token.
        Assert.DoesNotContain("example", new Uri(link).AbsolutePath, StringComparison.OrdinalIgnoreCase);
        foreach (var notification in mails.Where(mail => mail.To[0].Address == "attorney@firm.example"))
        {
            Assert.Null(Header(notification, "list-unsubscribe"));
            Assert.DoesNotContain("unsubscribe", notification.Text, StringComparison.Ordinal);
        }

        using var click = new StringContent("List-Unsubscribe=One-Click", null, "application/x-www-form-urlencoded");
        using var answer = await app.Client.PostAsync(new Uri(new Uri(link).AbsolutePath, UriKind.Relative), click);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["ada@example.com"], await app.TextsAsync("select address from opt_outs"));
        var optOuts = app.Services.GetRequiredService<OptOuts>();
        Assert.True(await optOuts.IsOutAsync("ADA@example.COM", CancellationToken.None));
        Assert.False(await optOuts.IsOutAsync("xada@example.com", CancellationToken.None));
        Assert.Equal(
            [$"{first} Ada Lovelace", $"{second} A. Lovelace"],
            await app.TextsAsync(
                "select number || ' ' || actor from activities join leads on leads.id = lead_id where kind = 'opted_out' order by number"
            )
        );
        using var attorney = await app.SignedInAsync();
        var page = (await attorney.OpenAsync($"/leads/{second}")).Body!.Words();
        Assert.Contains("asked for no more automatic email", page, StringComparison.Ordinal);
        Assert.Contains("A. has unsubscribed from automatic email.", page, StringComparison.Ordinal);

        // Who sends the form waits for the answer.
        await new Prospect { Email = "ada@example.com", FirstName = "Ada again" }.IsAcceptedAsync(app);
        await app.WaitUntilAsync(
            "select count(*) = 4 and bool_and(state = 'sent') from emails where kind = 'confirmation'"
        );
    }

    [Fact]
    public async Task The_page_opts_out_by_its_button_and_takes_it_back_and_opening_it_changes_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        var address = Link()
            .Match(await app.ValueAsync<string>("select text from emails where kind = 'confirmation'"))
            .Value;

        // Mail filters open every link, some more than once.
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Get])
        {
            using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative));
            using var seen = await app.Client.SendAsync(request);
        }

        Assert.Equal(0, await app.CountAsync("opt_outs"));
        var page = await app.Client.OpenAsync(address);
        using var done = await app.Client.SendFormAsync(page.Form(address));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        var after = await done.PageAsync();
        Assert.Contains("You have unsubscribed from automatic email", after.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal(1, await app.CountAsync("opt_outs"));
        using (await app.Client.SendFormAsync(page.Form(address))) { } // twice is once
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from activities where kind = 'opted_out'"));
        Assert.Contains(
            "You have unsubscribed",
            (await app.Client.OpenAsync(address)).Body!.Words(),
            StringComparison.Ordinal
        );

        using var undone = await app.Client.SendFormAsync(after.Form($"{address}/undo"));

        Assert.Contains("again", (await undone.PageAsync()).Body!.Words(), StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("opt_outs"));
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from activities where kind = 'opted_in'"));
    }

    [Fact]
    public async Task Opting_out_twice_is_once_and_both_ways_go_by_the_address_in_any_case()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect { Email = "Ada@Example.com" }.IsAcceptedAsync(app);
        await new Prospect { Email = "ada@example.com", FirstName = "A." }.IsAcceptedAsync(app);
        await new Prospect { Email = "grace@example.com", FirstName = "Grace" }.IsAcceptedAsync(app);
        var change = app.Services.GetRequiredService<ChangeOptOut>();

        await change.OptOutAsync("ADA@example.com", CancellationToken.None);
        await change.OptOutAsync("ada@EXAMPLE.com", CancellationToken.None);
        Assert.Equal(["ada@example.com"], await app.TextsAsync("select address from opt_outs"));
        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from activities where kind = 'opted_out'"));

        await change.OptInAsync("Ada@Example.COM", CancellationToken.None);
        await change.OptInAsync("Ada@Example.COM", CancellationToken.None);
        Assert.Equal(0, await app.CountAsync("opt_outs"));
        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from activities where kind = 'opted_in'"));
    }

    [Fact]
    public async Task A_link_works_on_every_node_and_years_later_and_no_other_one_does()
    {
        var database = await databases.CreateAsync();
        string link;
        await using (var first = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web"))
        {
            link = new Uri(first.Services.GetRequiredService<UnsubscribeLinks>().For("ada@example.com")).AbsolutePath;
            Assert.True(link.Length < 300, link);
        }

        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        clock.Advance(TimeSpan.FromDays(5 * 365));
        await using var later = await AnteroomApp.StartAsync(
            databases,
            connectionString: database,
            role: "web",
            adjust: services => services.AddSingleton<TimeProvider>(clock)
        );
        Assert.Contains(
            "ada@example.com",
            (await later.Client.OpenAsync(link)).Body!.Words(),
            StringComparison.Ordinal
        );
        foreach (
            var wrong in (string[])
                [link[..^4], link[..^1] + (link[^1] == 'A' ? 'B' : 'A'), "/unsubscribe/a", "/unsubscribe/example"]
        )
        {
            using var answer = await later.Client.PostAsync(new Uri(wrong, UriKind.Relative), content: null);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.Equal(0, await later.CountAsync("opt_outs"));
    }

    private static string? Header(ReceivedMail mail, string name) =>
        mail.Headers.FirstOrDefault(header => header.Key == name) is { } header
            ? header.Line[(header.Line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : null;

    [GeneratedRegex("/unsubscribe/[A-Za-z0-9_-]+", RegexOptions.None, 1000)]
    private static partial Regex Link();
}
