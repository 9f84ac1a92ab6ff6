using System.Net;
using Anteroom.Admin;
using Anteroom.Leads;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>Sample data comes and goes with one press, and nobody outside ever notices; the first steps tick themselves off.</summary>
[Trait("Category", "Slow")]
public sealed class SampleDataTests(TestDatabases databases)
{
    [Theory]
    [InlineData(25)]
    [InlineData(170)]
    public async Task The_demo_is_a_firm_that_works_however_many_leads_it_has(int count)
    {
        var clock = new SampleClock();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Outreach:Assign", "true")],
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await using (var scope = app.Services.CreateAsyncScope())
            await ActivatorUtilities
                .CreateInstance<SampleLeads>(
                    scope.ServiceProvider,
                    clock,
                    ActivatorUtilities.CreateInstance<SampleSubmissions>(scope.ServiceProvider)
                )
                .RunAsync(count, CancellationToken.None);

        Assert.Equal(count, await app.CountAsync("leads"));
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from leads where assigned_to is null"));
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from conditions"));
        Assert.Equal(2, await app.ValueAsync<long>("select count(*) from leads where status = 'registered'"));
        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                "select count(*) - count(distinct phone_e164) from leads where phone is not null"
            )
        );
        Assert.True(await app.ValueAsync<long>("select count(distinct source) from leads") >= 4);
        Assert.True(
            await app.ValueAsync<bool>(
                "select avg((reached_out_at - created_at <= interval '5 minutes')::integer) > 0.8 from leads where reached_out_at is not null"
            )
        );
        // Room for what comes in while somebody looks around.
        Assert.True(
            await app.ValueAsync<bool>(
                "select bool_and(open < capacity - 5) from users join (select assigned_to, sum(leads) open from lead_counts where status in ('registered', 'reached_out', 'consultation') group by 1) load on assigned_to = id"
            )
        );
    }

    [Fact]
    public async Task Samples_are_made_beside_real_leads_written_to_nobody_and_removed_without_a_trace()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Outreach:After", "00:00:00")]);
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await app.CreateUserAsync(Role.Attorney, "maria", "Maria Lopez");
        await new Prospect { Email = "real@example.com" }.IsAcceptedAsync(app);
        await app.WaitUntilAsync("select count(*) > 2 and bool_and(state = 'sent') from emails");
        var mails = app.PickedUpMail().Count;
        var files = app.KeptFiles().Count;
        var page = await root.OpenAsync("/admin/samples");
        Assert.Contains("There is no sample data", page.Body!.Words(), StringComparison.Ordinal);

        using (var made = await root.SendFormAsync(page.Form("/admin/samples")))
            Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        using (await root.SendFormAsync(page.Form("/admin/samples"))) { } // a second press adds nothing
        Assert.Equal(30, await app.ValueAsync<long>("select count(*) from leads where sample"));
        Assert.Equal(3, await app.ValueAsync<long>("select count(*) from users where sample"));
        Assert.Equal(files + 30, app.KeptFiles().Count);
        Assert.Contains(
            "Some of these leads are sample data.",
            (await root.OpenAsync("/leads")).Body!.Words(),
            StringComparison.Ordinal
        );

        // A real lead goes to the real attorney, however many leads the made-up ones have; theirs move on to nobody.
        await new Prospect { Email = "second@example.com", FirstName = "Grace" }.IsAcceptedAsync(app);
        await app.WaitUntilAsync(
            "select exists (select from leads join users on users.id = assigned_to where leads.email = 'second@example.com' and full_name = 'Maria Lopez')"
        );
        await app.WaitUntilAsync(
            "select bool_and(status = 'reached_out') and not exists (select from emails where state in ('queued', 'sending')) from leads where not sample"
        );
        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                "select count(*) from leads join users on users.id = assigned_to where leads.sample <> users.sample"
            )
        );
        await app.Services.GetRequiredService<MoveOnLeads>().RunAsync(CancellationToken.None);

        // Whatever people do with a sample, nothing leaves.
        var before = app.PickedUpMail().Count;
        await using (
            var write = app.Database.CreateCommand(
                """
                insert into emails (id, lead_id, kind, to_address, subject, text, html, message_id, next_attempt_at, created_at)
                select gen_random_uuid(), id, 'bulk', 'somebody@real.example', 's', 't', 'h', gen_random_uuid()::text, now(), now() from leads where sample limit 1;
                insert into emails (id, kind, to_address, subject, text, html, message_id, next_attempt_at, created_at)
                select gen_random_uuid(), 'password_reset', email, 's', 't', 'h', gen_random_uuid()::text, now(), now() from users where sample limit 1;
                """
            )
        )
            await write.ExecuteNonQueryAsync();
        await app.WaitUntilAsync(
            "select count(*) = 2 from emails where state = 'cancelled' and last_error like 'This is sample data%'"
        );
        Assert.Equal(before, app.PickedUpMail().Count);

        // A real lead that somebody gave to a made-up attorney stays, and is nobody's then.
        await using (
            var give = app.Database.CreateCommand(
                "update leads set assigned_to = (select id from users where sample limit 1) where email = 'second@example.com'"
            )
        )
            await give.ExecuteNonQueryAsync();
        page = await root.OpenAsync("/admin/samples");
        using (await root.SendFormAsync(page.Form("/admin/samples/remove"))) { }

        Assert.Equal(
            ["real@example.com", "second@example.com"],
            await app.TextsAsync("select email from leads order by number")
        );
        Assert.Equal(["maria", "root"], await app.TextsAsync("select user_name from users order by 1"));
        Assert.Equal(files + 1, app.KeptFiles().Count);
        Assert.Equal(
            0,
            await app.ValueAsync<long>(
                "select count(*) from emails where to_address like '%sample.invalid' or state = 'cancelled'"
            )
        );
        Assert.Equal(2, await app.ValueAsync<long>("select sum(leads)::bigint from lead_counts"));
        Assert.DoesNotContain(
            "There is sample data",
            (await root.OpenAsync("/leads")).Body!.Words(),
            StringComparison.Ordinal
        );
        Assert.True(mails > 0);
    }

    [Fact]
    public async Task The_first_steps_tick_themselves_off_by_what_is_there_and_go_when_they_are_done()
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using var staff = await app.SignedInAsync(Role.Staff, "staff");
        Assert.Equal((0, 4), await StepsAsync("/admin"));
        Assert.Equal((0, 4), await StepsAsync("/leads"));
        Assert.Null((await staff.OpenAsync("/leads")).QuerySelector(".first-steps"));

        using (await root.SendFormAsync((await root.OpenAsync("/admin/samples")).Form("/admin/samples"))) { }
        Assert.Equal((0, 4), await StepsAsync("/admin"));
        using (await root.SaveAsync("firm", ("firm_name", "Byron & Partners"))) { }
        Assert.Equal((1, 3), await StepsAsync("/admin"));
        await app.CreateUserAsync(Role.Attorney, "maria");
        Assert.Equal((2, 2), await StepsAsync("/leads"));
        using (await root.SendFormAsync((await root.OpenAsync("/admin")).Form("/admin/first-steps/test"))) { }
        await app.WaitUntilAsync("select state = 'sent' from emails where kind = 'test'");
        Assert.Equal((3, 1), await StepsAsync("/admin"));
        Assert.Contains(
            "Byron & Partners can send email",
            await app.ValueAsync<string>("select text from emails where kind = 'test'"),
            StringComparison.Ordinal
        );
        await new Prospect().IsAcceptedAsync(app);
        Assert.Equal((4, 0), await StepsAsync("/admin"));
        Assert.Null((await root.OpenAsync("/admin")).QuerySelector(".first-steps"));

        async Task<(int Done, int Open)> StepsAsync(string address)
        {
            var page = await root.OpenAsync(address);
            return (page.QuerySelectorAll(".step-done").Length, page.QuerySelectorAll(".step-open").Length);
        }
    }

    [Fact]
    public async Task Who_does_not_want_the_first_steps_is_not_shown_them_again()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        using (await root.SendFormAsync((await root.OpenAsync("/leads")).Form("/admin/first-steps/dismiss"))) { }

        Assert.Null((await root.OpenAsync("/admin")).QuerySelector(".first-steps"));
        Assert.Null((await root.OpenAsync("/leads")).QuerySelector(".first-steps"));
    }
}
