using Anteroom.Leads;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Outreach;

/// <summary>Who is asked when a lead is given out, and how busy they are taken to be.</summary>
public sealed class AttorneysAtWorkTests(TestDatabases databases)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("away_until = '2026-03-02 09:00:01Z'", false)]
    [InlineData("away_until = '2026-03-02 09:00:00Z'", true)]
    [InlineData("available = false", false)]
    [InlineData("active = false", false)]
    [InlineData("sample = true", false)]
    [InlineData("role = 'staff'", false)]
    [InlineData("role = 'administrator'", false)]
    [InlineData("away_until = null", true)]
    public async Task A_lead_goes_to_real_attorneys_who_are_active_take_leads_and_are_not_away(string who, bool takes)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        await app.ExecuteAsync($"update users set {who}");

        var atWork = await ReadAsync(app);

        Assert.Equal(takes ? "maria" : null, atWork.LeastBusy.Choose(null, Now)?.FullName);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(", available = false", false)]
    [InlineData(", active = false", false)]
    [InlineData(", sample = true", false)]
    [InlineData(", role = 'staff'", false)]
    public async Task The_next_return_is_that_of_who_takes_leads_then(string who, bool counts)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        foreach (var name in (string[])["maria", "john", "ruth"])
            await app.CreateUserAsync(Role.Attorney, name);
        await app.ExecuteAsync($"update users set away_until = '2026-03-03 09:00Z'{who} where user_name = 'maria'");
        await app.ExecuteAsync("update users set away_until = '2026-03-04 09:00Z' where user_name = 'john'");
        await app.ExecuteAsync("update users set away_until = '2026-03-01 09:00Z' where user_name = 'ruth'");

        Assert.Equal(Now.AddDays(counts ? 1 : 2), (await ReadAsync(app)).NextReturn);
    }

    [Fact]
    public async Task Only_open_leads_make_an_attorney_busy()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        var john = await app.CreateUserAsync(Role.Attorney, "john");
        for (var i = 0; i < 5; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        await app.ExecuteAsync($"update leads set assigned_to = '{maria.Id}', status = 'declined' where number <= 2");
        await app.ExecuteAsync($"update leads set assigned_to = '{john.Id}', status = 'consultation' where number = 3");

        Assert.Equal("maria", (await ReadAsync(app)).LeastBusy.Choose(null, Now)?.FullName);

        await app.ExecuteAsync("update leads set status = 'reached_out' where status = 'declined'");
        Assert.Equal("john", (await ReadAsync(app)).LeastBusy.Choose(null, Now)?.FullName);
    }

    [Theory]
    [InlineData("assigned_to = (select id from users where user_name = 'john'), assigned_at = now()")]
    [InlineData("status = 'lost'")]
    [InlineData("deleted_at = now()")]
    public async Task What_somebody_has_taken_closed_or_deleted_meanwhile_is_not_given_out(string change)
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Outreach:Assign", "true")], role: "web");
        await app.CreateUserAsync(Role.Staff, "john");
        await new Prospect { FirstName = "Ada" }.IsAcceptedAsync(app);
        await new Prospect { FirstName = "Grace" }.IsAcceptedAsync(app);
        await app.CreateUserAsync(Role.Attorney, "maria");
        await app.ExecuteAsync($"update leads set {change} where first_name = 'Ada'");
        await app.ExecuteAsync("update work set state = 'queued', next_attempt_at = now() where kind = 'assign'");

        await app.Services.GetRequiredService<DoWork>().RunDueAsync(WorkKind.Assign, CancellationToken.None);

        Assert.Equal(
            ["Grace"],
            await app.TextsAsync(
                "select first_name from leads join users on users.id = assigned_to where user_name = 'maria'"
            )
        );
        Assert.Equal(
            2,
            await app.ValueAsync<long>("select count(*) from work where kind = 'assign' and state = 'done'")
        );
    }

    [Fact]
    public async Task Only_leads_that_nobody_has_touched_for_a_while_move_on_and_only_from_who_takes_none()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Outreach:Assign", "true")], role: "web");
        for (var i = 0; i < 6; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        var maria = await app.CreateUserAsync(Role.Attorney, "maria");
        var john = await app.CreateUserAsync(Role.Attorney, "john");
        await app.CreateUserAsync(Role.Attorney, "ruth");
        await app.ExecuteAsync(
            $"""
            update leads set assigned_to = '{maria.Id}', assigned_at = now() - interval '1 hour';
            update leads set status = 'reached_out' where number = 2;
            update leads set assigned_at = now() where number = 3;
            update leads set assigned_to = '{john.Id}' where number = 4;
            update leads set deleted_at = now() where number = 5;
            update leads set welcome_until = now() + interval '1 minute' where number = 6;
            update users set available = false where id = '{maria.Id}'
            """
        );

        Assert.Equal(1, await app.Services.GetRequiredService<MoveOnLeads>().RunAsync(CancellationToken.None));

        Assert.Equal(
            ["1 ruth", "2 maria", "3 maria", "4 john", "5 maria", "6 maria"],
            await app.TextsAsync(
                "select leads.number || ' ' || user_name from leads join users on users.id = assigned_to order by leads.number"
            )
        );
    }

    private static async Task<AttorneysAtWork> ReadAsync(AnteroomApp app)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        return await AttorneysAtWork.ReadAsync(connection, Now, CancellationToken.None);
    }
}
