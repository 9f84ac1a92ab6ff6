using System.Net;
using System.Net.Http.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;

namespace Anteroom.Tests.Outreach;

/// <summary>The prospect hears from the firm within five minutes: from a person, or in the attorney's name.</summary>
public sealed class ReachingOutTests(TestDatabases databases)
{
    private const string Welcomed =
        "select exists (select from leads where status = 'reached_out' and reached_out_by = assigned_to and reached_out_at is not null)";

    [Fact]
    public async Task When_nobody_has_reached_out_after_four_minutes_the_welcome_goes_out_in_the_attorneys_name()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        firm.Wait(TimeSpan.FromMinutes(3.9));
        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));

        firm.Wait(TimeSpan.FromMinutes(0.2));

        await firm.App.WaitUntilAsync(Welcomed);
        var welcome = (await firm.Mail.MailsAsync()).Single(mail =>
            mail.Subject.StartsWith("Maria", StringComparison.Ordinal)
        );
        Assert.Equal(("intake@firm.example", "Maria Byron"), (welcome.From[0].Address, welcome.From[0].Name));
        Assert.Equal("maria@firm.example", welcome.ReplyTo[0].Address);
        Assert.Equal("ada@example.com", welcome.To[0].Address);
        Assert.Equal(
            "moved this lead from Registered to Reached out in the name of Maria Byron",
            await firm.App.ValueAsync<string>("select summary from activities where kind = 'status_changed'")
        );
        firm.Wait(TimeSpan.FromDays(1));
        Assert.Equal(1, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
    }

    [Fact]
    public async Task Without_an_attorney_the_firm_itself_writes_in_time_and_whoever_gets_the_lead_then_writes_no_second_welcome()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        await firm.App.CreateUserAsync(Role.Administrator, "root");
        await firm.DoAsync("update users set capacity = 0 where user_name = 'maria'");
        using var root = firm.App.NewClient();
        await root.SignInAsync("root", AnteroomApp.Password);
        var number = await new Prospect { Language = "es" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync("select exists (select from conditions)");

        firm.Wait(TimeSpan.FromMinutes(4.1));

        await firm.App.WaitUntilAsync("select status = 'reached_out' and reached_out_by is null from leads");
        await firm.MailIsOutAsync();
        var welcome = (await firm.Mail.MailsAsync()).Single(mail =>
            mail.To[0].Address == "ada@example.com"
            && mail.Subject.Contains("su consulta", StringComparison.Ordinal)
            && mail.Text.Contains("uno de nuestros abogados", StringComparison.Ordinal)
        );
        Assert.Equal("Byron & Partners", welcome.From[0].Name);
        Assert.Empty(welcome.ReplyTo);
        Assert.Equal(
            "moved this lead from Registered to Reached out in the name of the firm",
            await firm.App.ValueAsync<string>("select summary from activities where kind = 'status_changed'")
        );

        // The administrator is told on the pages, makes room on the user's, and the lead has its attorney.
        var list = await root.OpenAsync("/leads");
        Assert.Contains(
            "A lead is waiting for an attorney.",
            list.QuerySelector("#no-attorney")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "at their maximum",
            (await root.OpenAsync("/dashboard")).QuerySelector("#no-attorney")!.Words(),
            StringComparison.Ordinal
        );
        var page = await root.OpenAsync(
            $"/admin/users/{await firm.App.ValueAsync<long>("select number from users where user_name = 'maria'")}"
        );
        using (
            var saved = await root.SendFormAsync(
                page.Form(
                    "/admin/users/",
                    form => form.GetAttribute("action")!.EndsWith("/availability", StringComparison.Ordinal)
                ),
                ("available", "true"),
                ("capacity", "5"),
                ("practice_area", "Family"),
                ("practice_area", "Immigration"),
                ("work_day", "mon"),
                ("work_from", "09:00"),
                ("work_until", "17:30")
            )
        )
            Assert.Equal(System.Net.HttpStatusCode.SeeOther, saved.StatusCode);
        await firm.IsAssignedAsync(number, "maria");
        Assert.Equal(
            "Family,Immigration 1 540 1050",
            await firm.App.ValueAsync<string>(
                "select concat_ws(' ', array_to_string(practice_areas, ','), work_days, work_from, work_until) from users where user_name = 'maria'"
            )
        );
        firm.Wait(TimeSpan.FromHours(1));
        Assert.Equal(1, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
        Assert.Null((await root.OpenAsync("/leads")).QuerySelector("#no-attorney .notice"));
    }

    [Theory]
    [InlineData(true, "Byron & Partners")]
    [InlineData(false, "Maria Byron")]
    public async Task Outside_the_attorneys_hours_the_welcome_is_the_firms_unless_it_wants_the_name_at_any_hour(
        bool inFirmsName,
        string sender
    )
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Outreach:InFirmsName", inFirmsName ? "true" : "false")]
        );
        // Every day, but never at this hour.
        var now = firm.Clock.GetUtcNow();
        var hours = now.Hour < 12 ? (1_200, 1_440) : (0, 240);
        await firm.DoAsync($"update users set work_days = 127, work_from = {hours.Item1}, work_until = {hours.Item2}");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria"); // whoever there is
        firm.Wait(TimeSpan.FromMinutes(4.1));

        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        var welcome = (await firm.Mail.MailsAsync()).Single(mail =>
            mail.To[0].Address == "ada@example.com"
            && mail.Text.Contains("first conversation", StringComparison.Ordinal)
        );
        Assert.Equal(sender, welcome.From[0].Name);
        Assert.Equal("maria@firm.example", welcome.ReplyTo[0].Address);
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task At_once_when_the_firm_wants_that_and_never_when_it_leaves_it_to_people()
    {
        await using var atOnce = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Outreach:After", "00:00:00")]
        );
        await new Prospect().IsAcceptedAsync(atOnce.App);
        await atOnce.App.WaitUntilAsync(Welcomed);

        await using var never = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Outreach:Enabled", "false")]
        );
        await never.IsAssignedAsync(await new Prospect().IsAcceptedAsync(never.App), "maria");
        Assert.Equal(0, await never.App.ValueAsync<long>("select count(*) from work where kind = 'reach_out'"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reopening_lets_no_welcome_go_to_somebody_whom_a_person_has_contacted(bool wentFurther)
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        await firm.PatchAsync(staff, number, new { status = "reached_out" });
        if (wentFurther)
            await firm.PatchAsync(staff, number, new { status = "consultation" });
        await firm.PatchAsync(staff, number, new { status = "registered" });

        firm.Wait(TimeSpan.FromMinutes(5));

        await firm.App.WaitUntilAsync("select state = 'done' from work where kind = 'reach_out'");
        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
        Assert.Equal("registered", await firm.App.ValueAsync<string>("select status from leads"));
    }

    [Fact]
    public async Task Who_called_before_the_welcome_is_recorded_afterward_by_status_and_person_or_by_the_person_alone()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        var daniel = await firm.App.CreateUserAsync(Role.Attorney, "daniel", "Daniel Byron");
        await firm.DoAsync("update users set available = false where user_name = 'daniel'");
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        firm.Wait(TimeSpan.FromMinutes(4.1));
        await firm.App.WaitUntilAsync(Welcomed);
        var welcomedAt = await firm.App.ValueAsync<DateTime>("select reached_out_at from leads");
        var maria = await firm.App.ValueAsync<Guid>("select reached_out_by from leads");

        var lead = await firm.PatchAsync(staff, number, new { status = "reached_out", reached_out_by = daniel.Id });
        var again = await firm.PatchAsync(staff, number, new { status = "reached_out", reached_out_by = daniel.Id });

        Assert.Equal(daniel.Id, lead.GetProperty("reached_out_by").GetGuid());
        Assert.Equal(daniel.Id, again.GetProperty("reached_out_by").GetGuid());
        Assert.Equal(welcomedAt, await firm.App.ValueAsync<DateTime>("select reached_out_at from leads"));

        firm.Wait(TimeSpan.FromSeconds(1));
        var back = await firm.PatchAsync(staff, number, new { reached_out_by = maria });

        Assert.Equal(maria, back.GetProperty("reached_out_by").GetGuid());
        Assert.Equal(
            "desk: recorded that Daniel Byron made the first contact, not Maria Byron\n"
                + "desk: recorded that Maria Byron made the first contact, not Daniel Byron",
            await firm.App.ValueAsync<string>(
                "select string_agg(actor || ': ' || summary, E'\\n' order by id) from activities where kind = 'contact_corrected'"
            )
        );
    }

    [Fact]
    public async Task Against_If_Match_no_first_contact_of_another_person_is_overwritten_and_the_same_is_no_conflict()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        var daniel = await firm.App.CreateUserAsync(Role.Attorney, "daniel", "Daniel Byron");
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        var id = await firm.App.ValueAsync<Guid>("select id from leads");
        var maria = await firm.App.ValueAsync<Guid>("select id from users where user_name = 'maria'");
        using var read = await staff.GetAsync(new Uri($"/api/v1/leads/{id}", UriKind.Relative));
        await firm.PatchAsync(staff, number, new { status = "reached_out", reached_out_by = daniel.Id });

        Assert.Equal(HttpStatusCode.Conflict, await SendAsync(maria));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(daniel.Id));
        Assert.Equal(daniel.Id, await firm.App.ValueAsync<Guid>("select reached_out_by from leads"));

        async Task<HttpStatusCode> SendAsync(Guid by)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/leads/{id}");
            request.Content = JsonContent.Create(new { status = "reached_out", reached_out_by = by });
            request.Headers.IfMatch.Add(read.Headers.ETag!);
            using var answer = await staff.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Who_reaches_out_first_wins_and_no_welcome_goes()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        await firm.PatchAsync(staff, number, new { status = "reached_out" });

        firm.Wait(TimeSpan.FromMinutes(5));

        await firm.App.WaitUntilAsync("select state = 'done' from work where kind = 'reach_out'");
        Assert.Equal(0, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
        Assert.Equal(
            "desk",
            await firm.App.ValueAsync<string>("select user_name from leads join users on users.id = reached_out_by")
        );
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task At_the_very_same_moment_there_is_either_a_person_or_a_welcome_and_never_both()
    {
        const int leads = 40;
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var ids = new List<Guid>();
        for (var i = 0; i < leads; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync($"select count(*) = {leads} from work where kind = 'reach_out'");
        await using (var command = firm.App.Database.CreateCommand("select id from leads order by number"))
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                ids.Add(reader.GetGuid(0));

        firm.Wait(TimeSpan.FromMinutes(4));
        // The sweep comes within a second: people click all through it.
        await Parallel.ForEachAsync(
            ids,
            new ParallelOptions { MaxDegreeOfParallelism = 3 },
            async (id, cancellation) =>
            {
                await Task.Delay(Random.Shared.Next(120), cancellation);
                using var answer = await staff.PatchAsJsonAsync(
                    new Uri($"/api/v1/leads/{id}", UriKind.Relative),
                    new { status = "reached_out" },
                    cancellation
                );
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
        );
        await firm.MailIsOutAsync();
        await firm.App.WaitUntilAsync("select not exists (select from work where state in ('queued', 'working'))");

        Assert.Equal(
            0,
            await firm.App.ValueAsync<long>(
                """
                select count(*) from leads join users on users.id = reached_out_by
                where (user_name = 'desk') = exists (select from emails where lead_id = leads.id and kind = 'welcome' and state = 'sent')
                """
            )
        );
        Assert.Equal(leads, await firm.App.ValueAsync<long>("select count(*) from leads where status = 'reached_out'"));
        Assert.Equal(
            await firm.App.ValueAsync<long>("select count(*) from leads where reached_out_by = assigned_to"),
            (await firm.Mail.MailsAsync()).Count(mail => mail.Subject.StartsWith("Maria", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_refused_address_needs_a_phone_call_and_is_not_reached_out()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            new SmtpServerSettings { Refuse = [SmtpRefusal.Recipient("ada@example.com")] }
        );
        using var maria = firm.App.NewClient();
        await maria.SignInAsync("maria", AnteroomApp.Password);
        var number = await new Prospect { Phone = "+1 202 555 0142" }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        firm.Wait(TimeSpan.FromMinutes(4));
        await firm.App.WaitUntilAsync("select exists (select from emails where kind = 'welcome' and state = 'failed')");

        Assert.Equal(
            "registered|t|",
            await firm.App.ValueAsync<string>(
                "select concat_ws('|', status, needs_call, coalesce(reached_out_at::text, '')) from leads"
            )
        );
        Assert.Contains(
            "Needs a phone call",
            (await maria.OpenAsync($"/leads/{number}")).Body!.Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Needs a phone call",
            (await maria.OpenAsync("/leads")).Body!.Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "The welcome email to Ada Lovelace could not be delivered",
            await firm.App.TextsAsync("select text from notices where kind = 'mail_failed'")
        );
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        await firm.PatchAsync(staff, number, new { status = "reached_out" });
        Assert.False(await firm.App.ValueAsync<bool>("select needs_call from leads"));
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_mail_server_that_refuses_for_now_gets_the_same_welcome_later_and_only_then_it_is_reached_out()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            new SmtpServerSettings { Refuse = [SmtpRefusal.RecipientForNow("ada@example.com", 2)] }
        );
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        await firm.App.WaitUntilAsync("select attempts = 1 from emails where kind = 'confirmation'");
        firm.Wait(TimeSpan.FromMinutes(4));
        await firm.App.WaitUntilAsync(
            "select exists (select from emails where kind = 'welcome' and attempts > 0 and state in ('queued', 'sent'))"
        );
        firm.Wait(TimeSpan.FromMinutes(10));

        await firm.App.WaitUntilAsync(Welcomed);
        Assert.Single(await firm.Mail.MailsAsync(), mail => mail.Subject.StartsWith("Maria", StringComparison.Ordinal));
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_welcome_that_waits_for_the_mail_server_bears_the_name_of_who_has_the_lead_when_it_goes()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria", "john"]);
        using var staff = await firm.App.BearerAsync(Role.Staff, "desk");
        var number = await new Prospect().IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(number, "maria");
        await firm.MailIsOutAsync();
        await firm.Mail.GoDownAsync();
        firm.Wait(TimeSpan.FromMinutes(4));
        await firm.App.WaitUntilAsync(
            "select exists (select from emails where kind = 'welcome' and state = 'queued' and attempts > 0)"
        );
        var john = await firm.App.ValueAsync<Guid>("select id from users where user_name = 'john'");
        await firm.PatchAsync(staff, number, new { assigned_to = john });
        await firm.Mail.ComeUpAsync();
        firm.Wait(TimeSpan.FromMinutes(10));

        await firm.App.WaitUntilAsync(Welcomed);
        Assert.Equal(
            "John Byron",
            (await firm.Mail.MailsAsync())
                .Single(mail => mail.To[0].Address == "ada@example.com" && mail.ReplyTo.Count > 0)
                .From[0]
                .Name
        );
    }
}
