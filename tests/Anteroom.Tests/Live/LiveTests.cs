using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Live;
using Anteroom.Tests.App;
using Anteroom.Web.Live;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Live;

/// <summary>What open pages are told, over HTTP as a browser hears it.</summary>
[Trait("Category", "Slow")]
public sealed class LiveTests(TestDatabases databases)
{
    [Fact]
    public async Task A_change_on_one_node_is_heard_on_all_and_a_sign_out_ends_the_stream_on_all()
    {
        var database = await databases.CreateAsync();
        await using var here = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        await using var there = await AnteroomApp.StartAsync(databases, connectionString: database, role: "web");
        using var maria = await here.SignedInAsync();
        using var sameBrowserThere = there.NewClient();
        sameBrowserThere.DefaultRequestHeaders.Add("Cookie", await CookieAsync(here, "maria"));
        await using var streamHere = await EventStream.OpenAsync(maria);
        await using var streamThere = await EventStream.OpenAsync(sameBrowserThere);

        var first = await new Prospect().IsAcceptedAsync(here);
        await streamHere.HearsAsync(first);
        await streamThere.HearsAsync(first);
        var second = await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(there);
        await streamThere.HearsAsync(second);
        await streamHere.HearsAsync(second);

        var page = await sameBrowserThere.OpenAsync("/leads");
        using var signedOut = await sameBrowserThere.SendFormAsync(page.Form("/signout"));
        Assert.Equal(HttpStatusCode.SeeOther, signedOut.StatusCode);
        await streamThere.EndsAsync();
    }

    [Fact]
    public async Task Everything_that_happens_to_a_lead_is_told()
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        await using var stream = await EventStream.OpenAsync(maria);
        Assert.Equal("text/event-stream", stream.Answer.Content.Headers.ContentType?.MediaType);
        Assert.True(stream.Answer.Headers.CacheControl?.NoStore);
        Assert.Equal("no", Assert.Single(stream.Answer.Headers.GetValues("X-Accel-Buffering")));

        var number = await new Prospect().IsAcceptedAsync(app);
        await stream.HearsAsync(number);
        // It is assigned, and its emails are sent: by then the stream has more to say.
        await app.WaitUntilAsync(
            "select count(*) = 2 from emails where state = 'sent' and kind in ('confirmation', 'assigned')"
        );
        await stream.HearsAsync(number);

        var page = await maria.OpenAsync($"/leads/{number}");
        await StepAsync(() => maria.SendFormAsync(page.Form($"/leads/{number}/status"), ("status", "reached_out")));
        await StepAsync(() => maria.SendFormAsync(page.Form($"/leads/{number}/assign"), ("assigned_to", "")));

        async Task StepAsync(Func<Task<HttpResponseMessage>> act)
        {
            await using var fresh = await EventStream.OpenAsync(maria);
            using var answer = await act();
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            await fresh.HearsAsync(number);
        }
    }

    [Fact]
    public async Task Who_missed_something_is_told_once_and_who_did_not_is_not()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var maria = await app.SignedInAsync();
        var before = (await maria.OpenAsync("/leads")).Body!.GetAttribute("data-live-mark");
        await new Prospect().IsAcceptedAsync(app);
        var after = (await maria.OpenAsync("/leads")).Body!.GetAttribute("data-live-mark");

        await using (var missed = await EventStream.OpenAsync(maria, since: before))
            Assert.Equal("*", (await missed.NextAsync())?.Data);
        await using (var again = await EventStream.OpenAsync(maria, since: after, lastEventId: before))
            Assert.Equal("*", (await again.NextAsync())?.Data);
        await using var fresh = await EventStream.OpenAsync(maria, since: after);
        var number = await new Prospect { Email = "next@example.com" }.IsAcceptedAsync(app);
        Assert.Equal($"{number}", (await fresh.NextAsync())?.Data);
    }

    [Fact]
    public async Task Restricted_attorneys_do_not_learn_which_lead_it_was_nor_count_foreign_ones()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.SignedInAsync();
        using var daniel = await app.SignedInAsync(Role.Attorney, "daniel");
        await using var stream = await EventStream.OpenAsync(maria);
        var number = await new Prospect().IsAcceptedAsync(app);
        Assert.Equal("*", (await stream.NextAsync())?.Data);

        var page = await daniel.OpenAsync($"/leads/{number}");
        var owner = await app.ValueAsync<Guid>("select id from users where user_name = 'daniel'");
        using var assigned = await daniel.SendFormAsync(
            page.Form($"/leads/{number}/assign"),
            ("assigned_to", owner.ToString())
        );

        Assert.Equal("*", (await stream.NextAsync())?.Data);
        Assert.Equal(0, await UnreadAsync(maria));
    }

    [Fact]
    public async Task Streams_end_with_the_account_the_password_and_the_process()
    {
        var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var maria = await app.SignedInAsync();
        using var daniel = await app.SignedInAsync(Role.Staff, "daniel");
        await using var hers = await EventStream.OpenAsync(maria);
        await using var his = await EventStream.OpenAsync(daniel);
        var check = app.Services.GetRequiredService<EndListeners>();

        await using (
            var command = app.Database.CreateCommand("update users set active = false where user_name = 'maria'")
        )
            await command.ExecuteNonQueryAsync();
        await check.RunAsync(CancellationToken.None);
        await hers.EndsAsync();
        using (var refused = await maria.GetAsync(new Uri("/live", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);

        var stopping = app.DisposeAsync().AsTask();
        await his.EndsAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_open_page_costs_no_statement_while_nothing_happens_and_none_for_each_that_listens()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example"), new("Outreach:Assign", "false")],
            services =>
            {
                AnteroomApp.WithoutBackgroundWork(services);
                services.AddHostedService(provider => provider.GetRequiredService<Changes>());
            }
        );
        using var maria = await app.SignedInAsync();
        var streams = new List<EventStream>();
        for (var i = 0; i < 5; i++)
            streams.Add(await EventStream.OpenAsync(maria));
        for (var i = 0; i < 4; i++)
            await ToldAsync($"warm{i}@example.com");
        var before = app.Proxy.Statements;
        for (var i = 0; i < 4; i++)
            await ToldAsync($"ada{i}@example.com");

        // The six of each submission and a NOTIFY; that of the last before may still have been on its way.
        Assert.InRange(app.Proxy.Statements - before, 4 * 6, (4 * 7) + 1);
        foreach (var stream in streams)
            await stream.DisposeAsync();

        async Task ToldAsync(string email)
        {
            var number = await new Prospect { Email = email }.IsAcceptedAsync(app);
            foreach (var stream in streams)
                await stream.HearsAsync(number);
        }
    }

    [Fact]
    public async Task Many_changes_become_one_message()
    {
        var gathering = new Gathering();
        gathering.Add(3);
        gathering.Add(5);
        gathering.Add(3);
        Assert.Equal("3,5", (await TakeAsync())?.ToString());

        for (var number = 1; number <= Change.Most + 1; number++)
            gathering.Add(number);
        gathering.Add(7);
        Assert.Equal("*", (await TakeAsync())?.ToString());
        Assert.Null(await TakeAsync());
        Assert.Equal("*", Change.Parse("what a newer node may say").ToString());
        Assert.Equal("42,43", Change.Parse("42,43").ToString());

        Task<Change?> TakeAsync() => gathering.TakeAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None);
    }

    private static async Task<int> UnreadAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/live/unread")).GetProperty("unread").GetInt32();

    /// <summary>The cookie of a sign-in, for a browser that talks to several nodes.</summary>
    private static async Task<string> CookieAsync(AnteroomApp app, string userName)
    {
        using var client = app.NewClient();
        using var answer = await client.SignInAsync(userName, AnteroomApp.Password);
        return string.Join(
            "; ",
            answer
                .Headers.GetValues("Set-Cookie")
                .Select(cookie => cookie.Split(';')[0])
                .Where(cookie => cookie.StartsWith("anteroom=", StringComparison.Ordinal))
        );
    }
}
