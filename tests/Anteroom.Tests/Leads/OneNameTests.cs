using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>People with one name, as in Indonesia or southern India: nothing that shows or writes it looks as if something were missing.</summary>
public sealed class OneNameTests(TestDatabases databases)
{
    private static readonly Prospect Teller = new()
    {
        FirstName = "Suharto",
        LastName = "",
        OneName = true,
        Email = "suharto@example.com",
    };

    private static void AssertWhole(string text, string where)
    {
        foreach (
            var odd in new[]
            {
                "Suharto  ",
                "Suharto ,",
                "Suharto :",
                "Suharto \n",
                "Suharto </",
                " Suharto \"",
                "Suharto </",
            }
        )
            Assert.False(text.Contains(odd, StringComparison.Ordinal), $"{where}: “{odd}” in {text}");
        Assert.Contains("Suharto", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    public async Task The_form_takes_a_ticked_box_a_dash_or_a_period(string typed)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        await (Teller with { LastName = typed, OneName = typed.Length == 0 }).IsAcceptedAsync(app);

        Assert.Equal(
            ["Suharto||suharto suharto@example.com"],
            await app.TextsAsync("select concat_ws('|', first_name, last_name, search_text) from leads")
        );
    }

    [Fact]
    public async Task Without_the_box_a_last_name_is_asked_for_and_what_is_typed_beside_a_ticked_one_is_kept()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using (var refused = await (Teller with { OneName = false }).SubmitsAsync(app))
            Assert.Equal("Please enter your last name.", await refused.ErrorAsync("last_name"));
        using (var refused = await (Teller with { Email = "x" }).SubmitsAsync(app))
        {
            var page = await refused.PageAsync();
            Assert.NotNull(page.QuerySelector("[name=one_name][checked]"));
            Assert.Null(await refused.ErrorAsync("last_name"));
        }

        await (Teller with { LastName = "Teller" }).IsAcceptedAsync(app);
        Assert.Equal("Teller", await app.ValueAsync<string>("select last_name from leads"));
    }

    [Fact]
    public async Task Pages_emails_files_and_searches_show_the_one_name_as_it_is()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Outreach:After", "00:00:00")]);
        using var maria = await app.SignedInAsync(Role.Administrator, "olga");
        await app.CreateUserAsync(Role.Attorney, "maria", "Maria Lopez");
        var number = await Teller.IsAcceptedAsync(app);
        await app.WaitUntilAsync("select count(*) >= 4 from emails");
        await maria.SendFormAsync(
            (await maria.OpenAsync($"/leads/{number}")).Form($"/leads/{number}/tasks"),
            ("title", "Call back"),
            ("assigned_to", await app.ValueAsync<string>("select id::text from users where user_name = 'olga'"))
        );

        foreach (
            var address in new[]
            {
                $"/leads/{number}",
                $"/leads/{number}/edit",
                "/leads",
                "/leads?q=suharto",
                "/leads?sort=name",
                "/board",
                "/dashboard",
                "/reports",
                "/tasks?of=all",
                "/leads.csv",
            }
        )
        {
            using var answer = await maria.GetAsync(new Uri(address, UriKind.Relative));
            Assert.True(answer.IsSuccessStatusCode, $"{address}: {answer.StatusCode}");
            if (address is not ("/dashboard" or "/reports" or "/tasks?of=all"))
                AssertWhole(await answer.Content.ReadAsStringAsync(), address);
        }

        Assert.Equal("S", (await maria.OpenAsync($"/leads/{number}")).QuerySelector(".initials-large")!.TextContent);
        foreach (
            var mail in await app.TextsAsync(
                "select kind || ': ' || subject || e'\n' || text || html || e'\n' from emails"
            )
        )
            AssertWhole(mail, mail.Split(':')[0]);
        Assert.Contains(
            "Dear Suharto,",
            await app.ValueAsync<string>("select text from emails where kind = 'confirmation'"),
            StringComparison.Ordinal
        );
        Assert.Equal("Suharto", await app.ValueAsync<string>("select to_name from emails where kind = 'confirmation'"));
        Assert.Equal("Suharto", await app.ValueAsync<string>("select actor from activities where kind = 'submitted'"));
        using var file = await maria.GetAsync(new Uri($"/leads/{number}/resume", UriKind.Relative));
        Assert.Equal(
            "Suharto_resume.pdf",
            file.Content.Headers.ContentDisposition?.FileNameStar ?? file.Content.Headers.ContentDisposition?.FileName
        );
    }

    [Fact]
    public async Task The_firm_gives_and_takes_a_last_name()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();
        var number = await Teller.IsAcceptedAsync(app);
        var page = await maria.OpenAsync($"/leads/{number}/edit");
        Assert.NotNull(page.QuerySelector("[name=one_name][checked]"));

        using (await maria.SendFormAsync(page.Form($"/leads/{number}/edit"), ("last_name", "Teller"))) { }
        Assert.Equal("Teller", await app.ValueAsync<string>("select last_name from leads"));
        page = await maria.OpenAsync($"/leads/{number}/edit");
        Assert.Null(page.QuerySelector("[name=one_name][checked]"));
        using (
            var wrong = await maria.SendFormAsync(
                page.Form($"/leads/{number}/edit"),
                ("last_name", ""),
                ("one_name", "")
            )
        )
            Assert.NotNull(await wrong.ErrorAsync("last_name"));
        page = await maria.OpenAsync($"/leads/{number}/edit");
        using (await maria.SendFormAsync(page.Form($"/leads/{number}/edit"), ("last_name", ""), ("one_name", "yes")))
        { }

        Assert.Equal("", await app.ValueAsync<string>("select last_name from leads"));
        Assert.Contains(
            "changed last name: Teller → (none)",
            await app.ValueAsync<string>(
                "select summary from activities where kind = 'edited' order by id desc limit 1"
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Only_the_very_same_name_alone_is_a_duplicate_and_merging_keeps_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync();
        var number = await Teller.IsAcceptedAsync(app);
        var same = await (Teller with { Email = "s2@example.com" }).IsAcceptedAsync(app);
        await (Teller with { LastName = "Teller", OneName = false, Email = "s3@example.com" }).IsAcceptedAsync(app);

        var page = await maria.OpenAsync($"/leads/{number}");
        Assert.Equal([$"duplicate-{same}"], page.QuerySelectorAll(".duplicates li").Select(line => line.Id!));
        AssertWhole(page.QuerySelector($"#duplicate-{same}")!.InnerHtml, "duplicates");
        var compare = await maria.OpenAsync($"/leads/{number}/merge?other={same}");
        using (await maria.SendFormAsync(compare.Form($"/leads/{number}/merge"), ("stays", $"{number}"))) { }

        Assert.Equal(2, await app.CountAsync("leads"));
        AssertWhole((await maria.OpenAsync($"/leads/{number}")).Body!.InnerHtml, "merged");
    }

    [Theory]
    [InlineData("-")]
    [InlineData(".")]
    public async Task Both_APIs_ask_for_a_last_name_and_take_a_dash_or_a_period_for_none(string dash)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        foreach (var address in new[] { "/api/leads/", "/api/v1/leads" })
        {
            using (var refused = await (Teller with { OneName = false }).SubmitsAsync(app, address))
                Assert.Contains(
                    "Please enter your last name.",
                    await refused.Content.ReadAsStringAsync(),
                    StringComparison.Ordinal
                );
            using var taken = await (Teller with { OneName = false, LastName = dash }).SubmitsAsync(app, address);
            Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
            Assert.Equal(
                "",
                (await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("last_name").GetString()
            );
        }

        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from leads where last_name = ''"));
        using var bearer = await app.BearerAsync(Role.Attorney, "maria");
        var list = await bearer.GetFromJsonAsync<JsonElement>("/api/v1/leads?q=suharto");
        Assert.All(
            list.GetProperty("items").EnumerateArray(),
            lead => Assert.Equal("", lead.GetProperty("last_name").GetString())
        );
    }
}
