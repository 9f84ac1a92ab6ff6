using Anteroom.Leads;
using Anteroom.Tests.App;
using Anteroom.Tests.Operations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.Outreach;

/// <summary>Every new lead gets an attorney, without anyone asking.</summary>
public sealed class AssigningTests(TestDatabases databases)
{
    [Fact]
    public async Task A_new_lead_goes_to_the_least_busy_attorney_who_is_told_and_can_answer_the_prospect()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria", "john"]);

        var first = await new Prospect { FirstName = "Ada" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(first, "maria");
        var second = await new Prospect { FirstName = "Grace" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(second, "john");
        await firm.MailIsOutAsync();

        var told = (await firm.Mail.MailsAsync()).Single(mail => mail.To[0].Address == "john@firm.example");
        Assert.Equal($"Yours: lead {second}, Grace Lovelace", told.Subject);
        Assert.Equal("ada@example.com", told.ReplyTo[0].Address);
        Assert.Contains($"/leads/{second}", told.Text, StringComparison.Ordinal);
        Assert.Equal(
            "assigned this lead to John Byron, the least busy",
            await firm.App.ValueAsync<string>(
                $"select summary from activities join leads on leads.id = lead_id where number = {second} and kind = 'assigned'"
            )
        );
    }

    [Fact]
    public async Task Nobody_available_leaves_leads_waiting_tells_the_administrators_once_and_ends_as_soon_as_somebody_is()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        await firm.App.CreateUserAsync(Role.Administrator, "root");
        await firm.DoAsync("update users set available = false where user_name = 'maria'");
        using var maria = firm.App.NewClient();
        await maria.SignInAsync("maria", AnteroomApp.Password);

        var first = await new Prospect { FirstName = "Ada" }.IsAcceptedAsync(firm.App);
        var second = await new Prospect { FirstName = "Grace" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync(
            $"select count(*) = 2 from work where kind = 'assign' and state = 'queued' and attempts = 0 and last_error = '{AssignLeads.Waiting}'"
        );
        await firm.MailIsOutAsync();
        Assert.Equal("nobody_available", await firm.SentToAsync("root@firm.example"));
        Assert.Contains(
            "Unassigned",
            (await maria.OpenAsync($"/leads/{first}")).Body!.Words(),
            StringComparison.Ordinal
        );

        await firm.DoAsync("update users set available = true where user_name = 'maria'");

        await firm.IsAssignedAsync(first, "maria");
        await firm.IsAssignedAsync(second, "maria");
        await firm.App.WaitUntilAsync("select not exists (select from conditions)");
        await firm.DoAsync("update users set capacity = 2 where user_name = 'maria'"); // full now: it begins anew
        await new Prospect().IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync("select exists (select from conditions)");
        await firm.MailIsOutAsync();
        Assert.Equal("nobody_available,nobody_available", await firm.SentToAsync("root@firm.example"));
    }

    [Fact]
    public async Task A_closed_lead_makes_room_and_an_absence_that_ends_is_noticed()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        await firm.DoAsync("update users set capacity = 1");
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var first = await new Prospect { FirstName = "Ada" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(first, "maria");
        var second = await new Prospect { FirstName = "Grace" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync("select exists (select from conditions)");

        await firm.PatchAsync(staff, first, new { status = "declined" });
        await firm.IsAssignedAsync(second, "maria");

        await firm.DoAsync(
            $"update users set capacity = 9, away_until = '{firm.Clock.GetUtcNow().AddHours(3):O}' where user_name = 'maria'"
        );
        var third = await new Prospect { FirstName = "Hedy" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync("select exists (select from conditions)");
        firm.Wait(TimeSpan.FromHours(3.1));
        await firm.IsAssignedAsync(third, "maria");
    }

    [Fact]
    public async Task By_hand_at_any_time_and_both_are_told_and_the_timeline_stays()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria", "john"]);
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        var john = await firm.App.ValueAsync<Guid>("select id from users where user_name = 'john'");
        firm.Wait(TimeSpan.FromSeconds(1));

        var lead = await firm.PatchAsync(staff, number, new { assigned_to = john });

        Assert.Equal(john, lead.GetProperty("assigned_to").GetGuid());
        await firm.MailIsOutAsync();
        Assert.Equal("assigned", await firm.SentToAsync("john@firm.example"));
        Assert.Equal("assigned,reassigned", await firm.SentToAsync("maria@firm.example"));
        var mails = await firm.Mail.MailsAsync();
        Assert.Contains(
            "John Byron is now taking care of Ada Lovelace",
            mails.Single(mail => mail.Subject.Contains("no longer yours", StringComparison.Ordinal)).Text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            mails,
            mail =>
                mail.To[0].Address == "john@firm.example"
                && mail.Text.Contains("Maria Byron had this lead before", StringComparison.Ordinal)
        );
        Assert.Equal(
            ["assigned this lead to Maria Byron, the least busy", "assigned this lead to John Byron"],
            await firm.App.TextsAsync("select summary from activities where kind = 'assigned' order by id")
        );
    }

    [Fact]
    public async Task Untouched_new_leads_of_an_attorney_who_went_away_move_on_after_a_while_and_touched_ones_stay()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Outreach:Enabled", "false")]
        );
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var untouched = await new Prospect { FirstName = "Ada" }.IsAcceptedAsync(firm.App);
        var touched = await new Prospect { FirstName = "Grace" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(untouched, "maria");
        await firm.IsAssignedAsync(touched, "maria");
        await firm.PatchAsync(staff, touched, new { status = "reached_out" });
        await firm.DoAsync("update users set away_until = '2999-01-01' where user_name = 'maria'");
        var moveOn = firm.App.Services.GetRequiredService<MoveOnLeads>();

        firm.Wait(TimeSpan.FromMinutes(3));
        Assert.Equal(0, await moveOn.RunAsync(CancellationToken.None)); // nobody else takes leads
        await firm.App.CreateUserAsync(Role.Attorney, "john", "John Byron");
        Assert.Equal(1, await moveOn.RunAsync(CancellationToken.None));

        Assert.Equal(("john", "maria"), (await firm.OwnerAsync(untouched), await firm.OwnerAsync(touched)));
        await firm.MailIsOutAsync();
        Assert.Equal("assigned", await firm.SentToAsync("john@firm.example"));
        Assert.EndsWith("reassigned", await firm.SentToAsync("maria@firm.example"), StringComparison.Ordinal);
        Assert.Contains(
            "assigned this lead to John Byron, because Maria Byron is not taking new leads at the moment",
            await firm.App.TextsAsync("select summary from activities where kind = 'assigned'")
        );
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_thousand_leads_at_once_over_seven_attorneys_on_three_processes_leave_workloads_that_differ_by_one_at_most()
    {
        const int leads = 1_000;
        await using var folder = new TemporaryFolder();
        var connection = await databases.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        var environment = new Dictionary<string, string>(RunningProduct.Unattended, StringComparer.Ordinal)
        {
            ["ConnectionStrings__Anteroom"] = connection,
            ["Firm__NotifyAddresses"] = "desk@firm.example",
            ["Outreach__Enabled"] = "false",
        };
        var starting = Enumerable
            .Range(0, 3)
            .Select(_ => RunningProduct.StartAsync(folder.Path, environment))
            .ToArray();
        try
        {
            var nodes = await Task.WhenAll(starting);
            await RunningProduct.AddAttorneysAsync(database, 7);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, leads),
                new ParallelOptions { MaxDegreeOfParallelism = 24 },
                async (i, _) =>
                {
                    using var form = new Prospect { Email = $"p{i}@example.com" }.ToForm();
                    using var answer = await nodes[i % nodes.Length]
                        .Client.PostAsync(new Uri("/", UriKind.Relative), form, CancellationToken.None);
                    answer.Code();
                }
            );
            await database.WaitUntilAsync(
                $"select count(*) = {leads} and bool_and(assigned_to is not null) from leads"
            );
        }
        finally
        {
            foreach (var started in starting.Where(node => node.IsCompletedSuccessfully))
                await (await started).DisposeAsync();
        }

        Assert.Equal(
            "142,143,143,143,143,143,143",
            await database.ValueAsync<string>(
                "select string_agg(n::text, ',' order by n) from (select count(*) n from leads group by assigned_to) workloads"
            )
        );
        Assert.Equal(leads, await database.ValueAsync<long>("select count(*) from activities where kind = 'assigned'"));
        Assert.Equal(leads, await database.ValueAsync<long>("select count(*) from emails where kind = 'assigned'"));
    }
}
