using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Leads;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.Api.V1;

/// <summary>What has changed since a place in the feed: nothing is missed, and nobody learns what they may not see.</summary>
public sealed class ChangeFeedTests(TestDatabases databases)
{
    private static readonly KeyValuePair<string, string?>[] OnlyTheirs = [new("Firm:AttorneysSeeOnlyTheirs", "true")];

    [Fact]
    public async Task Copies_are_equal_to_the_list_after_several_people_changed_leads_at_once()
    {
        await using var app = await AnteroomApp.StartAsync(databases, OnlyTheirs, role: "web");
        using var admin = await app.BearerAsync(Role.Administrator, "ruth");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        await app.CreateUserAsync(Role.Attorney, "john");
        for (var i = 0; i < 12; i++)
            await new Prospect { Email = $"first{i}@example.com" }.IsAcceptedAsync(app);
        Mirror[] mirrors = [await Mirror.StartAsync(app, admin), await Mirror.StartAsync(app, maria)];
        var seed = Random.Shared.Next();

        var writers = Task.WhenAll(Enumerable.Range(0, 4).Select(lane => ChangeAsync(app, admin, lane, seed + lane)));
        while (!writers.IsCompleted)
            foreach (var mirror in mirrors)
                await mirror.ReadAsync(limit: 3);
        await writers;

        foreach (var mirror in mirrors)
        {
            await mirror.CatchUpAsync(limit: 7);
            await mirror.AssertIsTheListAsync();
        }

        Assert.True(mirrors[0].Leads.Count > mirrors[1].Leads.Count, $"seed {seed}");
    }

    [Fact]
    public async Task What_a_transaction_wrote_that_was_open_for_long_is_not_missed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.BearerAsync(Role.Administrator, "ruth");
        var slow = await new Prospect { Email = "slow@example.com" }.IsAcceptedAsync(app);
        await Mirror.SettledAsync(app);
        var mirror = await Mirror.StartAsync(app, admin);

        await using var connection = await app.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using (var open = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var update = new NpgsqlCommand(
                $"update leads set first_name = 'Slow', updated_at = now() where number = {slow}",
                connection
            );
            await update.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await new Prospect { Email = "quick@example.com" }.IsAcceptedAsync(app);
            Assert.Empty((await mirror.ReadAsync()).Changes); // it waits rather than passing by
            await open.CommitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            ["slow@example.com", "quick@example.com"],
            (await mirror.CatchUpAsync()).Select(change => change.GetProperty("lead").Text("email"))
        );
        await mirror.AssertIsTheListAsync();
    }

    [Fact]
    public async Task Leads_that_are_gone_say_what_became_of_them_and_nothing_about_the_person()
    {
        await using var app = await AnteroomApp.StartAsync(databases, OnlyTheirs, role: "web");
        using var admin = await app.BearerAsync(Role.Administrator, "ruth");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        var john = await app.CreateUserAsync(Role.Attorney, "john");
        for (var i = 1; i <= 6; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync($"update leads set assigned_to = '{john.Id}' where number = 6");
        await Mirror.SettledAsync(app); // or lead 6 would be one that maria could see before
        Mirror[] mirrors = [await Mirror.StartAsync(app, admin), await Mirror.StartAsync(app, maria)];
        Assert.Equal([6, 5], mirrors.Select(mirror => mirror.Leads.Count));

        await RunAsync<TrashLeads>(app, (trash, by) => trash.DeleteAsync([1, 6], by, CancellationToken.None));
        await RunAsync<MergeLeads>(app, (merge, by) => merge.RunAsync(3, 2, by, CancellationToken.None));
        await app.ExecuteAsync("delete from leads where number = 4");
        using (
            var given = await admin.PatchAsJsonAsync($"/api/v1/leads/{await IdAsync(5)}", new { assigned_to = john.Id })
        )
            Assert.Equal(HttpStatusCode.OK, given.StatusCode);

        var seen = await mirrors[0].CatchUpAsync();
        Assert.Equal(
            ["1 trashed", "6 trashed", "2 merged", "3 changed", "4 erased", "5 changed"],
            seen.Select(change => $"{change.GetProperty("number")} {change.GetProperty("kind")}")
        );
        var merged = seen.Single(change => change.Text("kind") == "merged");
        Assert.Equal(await IdAsync(3), merged.GetProperty("merged_into").GetGuid());
        // Lead 6 was never maria's to see, and lead 5 no longer is.
        var hers = await mirrors[1].CatchUpAsync();
        Assert.Equal(
            ["1 trashed", "2 merged", "3 changed", "4 erased", "5 out_of_sight"],
            hers.Select(change => $"{change.GetProperty("number")} {change.GetProperty("kind")}")
        );
        foreach (var change in hers.Concat(seen).Where(change => change.Text("kind") != "changed"))
            Assert.Equal(
                ["id", "kind", "lead", "merged_into", "number"],
                change.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)
            );
        foreach (var mirror in mirrors)
            await mirror.AssertIsTheListAsync();

        await RunAsync<TrashLeads>(app, (trash, by) => trash.RestoreAsync([1], by, CancellationToken.None));
        await app.ExecuteAsync(
            "update resumes set deleted_at = now(), file_name = '', sha256 = '' where lead_id = (select id from leads where number = 3)"
        );
        foreach (var mirror in mirrors)
        {
            Assert.Equal(
                ["1", "3"],
                (await mirror.CatchUpAsync()).Select(change => change.GetProperty("number").ToString())
            );
            await mirror.AssertIsTheListAsync();
        }

        async Task<Guid> IdAsync(long number) =>
            await app.ValueAsync<Guid>($"select id from leads where number = {number}");
    }

    [Fact]
    public async Task A_place_that_is_no_longer_good_is_refused_with_what_to_do()
    {
        await using var app = await AnteroomApp.StartAsync(databases, OnlyTheirs, role: "web");
        using var admin = await app.BearerAsync(Role.Administrator, "ruth");
        using var maria = await app.BearerAsync(Role.Attorney, "maria");
        using var john = await app.BearerAsync(Role.Attorney, "john");
        await new Prospect().IsAcceptedAsync(app);
        var ruths = (await Mirror.StartAsync(app, admin)).Cursor;
        var marias = (await Mirror.StartAsync(app, maria)).Cursor;

        // Another sees other leads.
        await AssertGoneAsync(john, marias);
        await AssertGoneAsync(maria, ruths);
        await AssertGoneAsync(admin, marias);
        await AssertGoneAsync(admin, "2020-01-01T00:00:00Z");
        foreach (
            var (query, field) in new[]
            {
                ("since=x", "since"),
                ("limit=0", "limit"),
                ("wait=31", "wait"),
                ("cursor=x", "cursor"),
            }
        )
        {
            using var wrong = await admin.GetAsync(new Uri($"/api/v1/leads/changes?{query}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            Assert.True(
                (await wrong.Content.ReadFromJsonAsync<JsonElement>())
                    .GetProperty("errors")
                    .TryGetProperty(field, out _)
            );
        }

        // A dump that was loaded into another server, whose transactions are numbered anew: the log begins anew with the start.
        await new Prospect { Email = "future@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync("update lead_changes set transaction_id = transaction_id + 1000000 where number = 2");
        await app.Services.GetRequiredService<ChangeLog>().StartAsync(CancellationToken.None);
        await AssertGoneAsync(admin, ruths);

        // Too long ago. The last change stays, and with it the place of whoever has read it.
        await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync("update lead_changes set at = at - interval '40 days'");
        Assert.Equal(0, await app.Services.GetRequiredService<ChangeLog>().TrimAsync(CancellationToken.None));
        await Mirror.SettledAsync(app);
        var before = (await Mirror.StartAsync(app, admin)).Cursor;
        await new Prospect { Email = "third@example.com" }.IsAcceptedAsync(app);
        await AssertReadAsync(admin, before);
        Assert.Equal(1, await app.Services.GetRequiredService<ChangeLog>().TrimAsync(CancellationToken.None));
        await AssertGoneAsync(admin, before);

        // A restored backup brings no log.
        var last = (await Mirror.StartAsync(app, admin)).Cursor;
        await AssertReadAsync(admin, last);
        await app.ExecuteAsync("truncate lead_changes");
        await AssertGoneAsync(admin, last);
    }

    [Fact]
    public async Task An_instant_is_a_place_too_and_whoever_waits_hears_of_the_next_change()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var admin = await app.BearerAsync(Role.Administrator, "ruth");
        for (var i = 1; i <= 3; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync(
            "update lead_changes set at = at - interval '5 hours' where number <= 2; update leads set updated_at = now() where number = 1"
        );

        await Mirror.SettledAsync(app);

        var recent = await admin.GetFromJsonAsync<JsonElement>(
            $"/api/v1/leads/changes?since={DateTimeOffset.UtcNow.AddHours(-1):yyyy-MM-dd'T'HH:mm:ss'Z'}"
        );
        Assert.Equal(
            ["3", "1"],
            recent.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("number").ToString())
        );

        var mirror = await Mirror.StartAsync(app, admin);
        var waiting = mirror.ReadAsync(wait: 30);
        await new Prospect { Email = "p4@example.com" }.IsAcceptedAsync(app);
        var (changes, more) = await waiting.WaitAsync(TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        Assert.Equal("p4@example.com", Assert.Single(changes).GetProperty("lead").Text("email"));
        Assert.False(more);
    }

    private static async Task AssertGoneAsync(HttpClient client, string since)
    {
        using var answer = await client.GetAsync(new Uri($"/api/v1/leads/changes?since={since}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("start_again", problem.Text("code"));
        Assert.Contains("Start again", problem.Text("detail"), StringComparison.Ordinal);
    }

    private static async Task AssertReadAsync(HttpClient client, string since)
    {
        using var answer = await client.GetAsync(new Uri($"/api/v1/leads/changes?since={since}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Does any of what changes leads, many times.</summary>
    private static async Task ChangeAsync(AnteroomApp app, HttpClient admin, int lane, int seed)
    {
        var random = new Random(seed);
        string[] owners = await app.TextsAsync("select id::text from users where role = 'attorney'");
        string[] statuses = ["registered", "reached_out", "consultation", "declined", "lost"];
        for (var i = 0; i < 30; i++)
        {
            var number = random.Next(1, 20);
            switch (random.Next(7))
            {
                case 0:
                    await new Prospect { Email = $"lane{lane}-{i}@example.com" }.IsAcceptedAsync(app);
                    break;
                case 1:
                    await RunAsync<TrashLeads>(app, (it, by) => it.DeleteAsync([number], by, CancellationToken.None));
                    break;
                case 2:
                    await RunAsync<TrashLeads>(app, (it, by) => it.RestoreAsync([number], by, CancellationToken.None));
                    break;
                case 3 when i % 3 == 0:
                    var other = random.Next(1, 20);
                    await RunAsync<MergeLeads>(app, (it, by) => it.RunAsync(number, other, by, CancellationToken.None));
                    break;
                case 4:
                    await PatchAsync(new { status = statuses[random.Next(statuses.Length)] });
                    break;
                default:
                    await PatchAsync(new { assigned_to = random.Next(3) is > 0 and var one ? owners[one - 1] : null });
                    break;
            }

            async Task PatchAsync(object change)
            {
                var ids = await app.TextsAsync($"select id::text from leads where number = {number}");
                if (ids is not [var id])
                    return;
                using var answer = await admin.PatchAsJsonAsync($"/api/v1/leads/{id}", change);
                Assert.True((int)answer.StatusCode is 200 or 308 or 404 or 409, $"{answer.StatusCode}");
            }
        }
    }

    private static async Task RunAsync<T>(AnteroomApp app, Func<T, CurrentUser, Task> act)
        where T : notnull
    {
        var id = await app.ValueAsync<Guid>("select id from users where user_name = 'ruth'");
        await using var scope = app.Services.CreateAsyncScope();
        await act(
            scope.ServiceProvider.GetRequiredService<T>(),
            new CurrentUser(id, "ruth", "ruth", Role.Administrator)
        );
    }
}
