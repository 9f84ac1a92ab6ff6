using System.Net;
using System.Net.Http.Json;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Tests.Outreach;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Leads;

/// <summary>Two leads that are the same person become one, and nothing of either is lost.</summary>
public sealed class MergingTests(TestDatabases databases)
{
    [Fact]
    public async Task Leads_with_the_same_address_phone_or_nearly_the_same_name_are_shown_and_others_are_not()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var number = await new Prospect { Phone = "+1 (202) 555-0142" }.IsAcceptedAsync(app);
        var address = await SubmitAsync("Ann", "Other", "ADA@example.com", null);
        var phone = await SubmitAsync("Bea", "Other", "b@example.com", "202.555.0142 ext. 7");
        var name = await SubmitAsync("Ada", "Lovelase", "c@example.com", null);
        var turned = await SubmitAsync("Lovelace", "Ada", "d@example.com", null);
        await SubmitAsync("Ada", "Byron", "e@example.com", "202 555 0143");
        // Another number, though the last ten digits are the same.
        await SubmitAsync("Elsa", "Other", "h@example.com", "+49 202 5550142");
        await SubmitAsync("Charles", "Babbage", "f@example.com", null);
        using var maria = await app.SignedInAsync();

        var page = await maria.OpenAsync($"/leads/{number}");

        Assert.Equal(
            new[] { address, phone, name, turned }.Order().Select(other => $"duplicate-{other}"),
            page.QuerySelectorAll(".duplicates li").Select(line => line.Id!).Order(StringComparer.Ordinal)
        );
        var compare = await maria.OpenAsync(page.QuerySelector($"#duplicate-{address} .btn")!.GetAttribute("href")!);
        Assert.Contains("ADA@example.com", compare.Body!.Words(), StringComparison.Ordinal);
        foreach (
            var (wrong, words) in new[] { ($"{number}", "this lead itself"), ("999", "no lead"), ("x", "no lead") }
        )
        {
            using var answer = await maria.GetAsync(new Uri($"/leads/{number}/merge?other={wrong}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            Assert.Contains(words, (await answer.PageAsync()).Body!.Words(), StringComparison.Ordinal);
        }

        async Task<long> SubmitAsync(string first, string last, string email, string? phone) =>
            await new Prospect
            {
                FirstName = first,
                LastName = last,
                Email = email,
                Phone = phone,
            }.IsAcceptedAsync(app);
    }

    [Fact]
    public async Task Duplicates_out_of_sight_or_in_the_trash_are_not_shown()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.SignedInAsync();
        using var staff = await app.SignedInAsync(Role.Staff, "desk");
        await app.CreateUserAsync(Role.Attorney, "john");
        for (var i = 1; i <= 5; i++)
            await new Prospect { Message = $"Message {i}", Phone = "202 555 0142" }.IsAcceptedAsync(app);
        await app.ExecuteAsync(
            """
            update leads set assigned_to = (select id from users where user_name = 'maria') where number <= 2;
            update leads set assigned_to = (select id from users where user_name = 'john') where number = 3;
            update leads set deleted_at = now() where number = 5
            """
        );

        Assert.Equal(["duplicate-4", "duplicate-2"], await ShownAsync(maria));
        Assert.Equal(["duplicate-4", "duplicate-3", "duplicate-2"], await ShownAsync(staff));

        static async Task<string[]> ShownAsync(HttpClient client) =>
            [.. (await client.OpenAsync("/leads/1")).QuerySelectorAll(".duplicates li").Select(line => line.Id!)];
    }

    [Fact]
    public async Task Everything_moves_to_the_lead_that_stays_and_every_address_of_the_other_leads_there()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(fullName: "Maria Lopez");
        var stays = await new Prospect { Message = "First." }.IsAcceptedAsync(app);
        var gone = await new Prospect
        {
            FirstName = "A.",
            Phone = "202 555 0142",
            Message = "Second <b>.",
            Resume = SampleFiles.Txt(),
            FileName = "second.txt",
        }.IsAcceptedAsync(app);
        var goneId = await app.ValueAsync<Guid>($"select id from leads where number = {gone}");
        var staysId = await app.ValueAsync<Guid>($"select id from leads where number = {stays}");
        var key = await app.ValueAsync<string>($"select storage_key from resumes where lead_id = '{goneId}'");
        foreach (var (number, tag) in new[] { (stays, "both"), (gone, "both"), (gone, "other") })
            using (await LeadPageTests.SendAsync(maria, number, "/tags", ("tag", tag))) { }
        await LeadPageTests.WriteAsync(maria, gone, "a note of the other");
        using (await LeadPageTests.SendAsync(maria, gone, "/tasks", ("title", "a task of the other"))) { }
        using (await LeadPageTests.SendAsync(maria, gone, "/status", ("status", "reached_out"))) { }

        using var answer = await MergeAsync(maria, gone, stays, stays);

        Assert.Equal($"/leads/{stays}", answer.Headers.Location!.ToString());
        Assert.Equal(1, await app.CountAsync("leads"));
        Assert.Equal(
            "reached_out|maria|202 555 0142|2025550142|+12025550142|First.",
            await app.ValueAsync<string>(
                "select concat_ws('|', status, user_name, phone, phone_digits, phone_e164, message) from leads join users on users.id = reached_out_by"
            )
        );
        Assert.Equal(1, await app.ValueAsync<long>("select sum(leads)::bigint from lead_counts"));
        Assert.Equal(0, await app.ValueAsync<long>($"select count(*) from lead_search where number = {gone}"));
        Assert.Equal(0, await app.ValueAsync<long>($"select count(*) from work where subject = '{goneId}'"));
        var page = await maria.OpenAsync($"/leads/{stays}");
        var words = page.Body!.Words();
        foreach (
            var word in new[]
            {
                "a note of the other",
                "a task of the other",
                "Second <b>.",
                $"merged lead {gone} into this one: A. Lovelace",
                $"Came with lead {gone}",
                $"From lead {gone}",
                "Leads merged",
            }
        )
            Assert.Contains(word, words, StringComparison.Ordinal);
        Assert.Equal(["both", "other"], page.QuerySelectorAll(".tag a").Select(tag => tag.TextContent));
        using (
            var document = await maria.GetAsync(
                new Uri(page.QuerySelector(".document a")!.GetAttribute("href")!, UriKind.Relative)
            )
        )
            Assert.Equal(SampleFiles.Txt(), await document.Content.ReadAsByteArrayAsync());

        // Pages, both APIs, and the path that the submission was answered with.
        await RedirectsAsync(maria, $"/leads/{gone}", $"/leads/{stays}");
        using var compat = await app.LoggedInAsync(userName: "compat");
        foreach (
            var (method, below) in ((HttpMethod, string)[])
                [
                    (HttpMethod.Get, ""),
                    (HttpMethod.Head, ""),
                    (HttpMethod.Patch, ""),
                    (HttpMethod.Post, "mark_reached_out/"),
                    (HttpMethod.Get, "resume/"),
                ]
        )
            await RedirectsAsync(compat, $"/api/leads/{gone}/{below}", $"/api/leads/{stays}/{below}", method);
        using (var root = await app.LoggedInAsync(Role.Administrator, "root"))
            await RedirectsAsync(root, $"/api/leads/{gone}/", $"/api/leads/{stays}/", HttpMethod.Delete);
        using var bearer = await app.BearerAsync(Role.Staff, "bearer");
        foreach (
            var (method, below) in ((HttpMethod, string)[])
                [
                    (HttpMethod.Get, "?old=1"),
                    (HttpMethod.Head, ""),
                    (HttpMethod.Patch, ""),
                    (HttpMethod.Get, "/resume"),
                    (HttpMethod.Get, "/timeline"),
                    (HttpMethod.Get, "/notes"),
                    (HttpMethod.Post, "/notes"),
                    (HttpMethod.Get, "/emails"),
                ]
        )
            await RedirectsAsync(bearer, $"/api/v1/leads/{goneId}{below}", $"/api/v1/leads/{staysId}{below}", method);
        Assert.Equal("reached_out", await app.ValueAsync<string>("select status from leads"));
        using (var media = await compat.GetAsync(new Uri($"/media/resumes/{key}", UriKind.Relative)))
            Assert.Equal(SampleFiles.Txt(), await media.Content.ReadAsByteArrayAsync());
        using (var again = await MergeAsync(maria, stays, gone, stays, other: gone))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
    }

    [Fact]
    public async Task Of_several_who_merge_the_same_leads_at_once_one_does_and_the_others_are_led_to_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        for (var i = 0; i < 3; i++)
            await new Prospect { Message = $"Message {i}" }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        var forms = new List<AngleSharp.Html.Dom.IHtmlFormElement>();
        foreach (var (one, two) in new[] { (1, 2), (2, 3), (3, 1) })
            forms.Add((await maria.OpenAsync($"/leads/{one}/merge?other={two}")).Form($"/leads/{one}/merge"));

        var answers = await Task.WhenAll(
            new[] { (0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (2, 1) }.Select(merge =>
                maria.SendFormAsync(forms[merge.Item1], ("stays", $"{merge.Item2}"))
            )
        );

        Assert.All(
            answers,
            answer =>
                Assert.True(
                    answer.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Moved or HttpStatusCode.NotFound,
                    $"{answer.StatusCode}"
                )
        );
        Assert.Equal(1, await app.CountAsync("leads"));
        Assert.Equal(2, await app.CountAsync("merged_leads"));
        Assert.Equal(3, await app.ValueAsync<long>("select count(*) from activities where kind = 'submitted'"));
        Assert.Equal(3, await app.CountAsync("resumes"));
        Assert.Equal(3, await app.ValueAsync<long>("select count(*) from emails where kind = 'confirmation'"));
        var last = await app.ValueAsync<long>("select number from leads");
        for (var number = 1; number <= 3; number++)
            if (number != last)
                await RedirectsAsync(maria, $"/leads/{number}", $"/leads/{last}");
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task A_person_gets_one_welcome_when_two_leads_become_one_just_before_it()
    {
        await using var firm = await FirmAtWork.OpenAsync(databases, ["maria"]);
        using var desk = await firm.App.SignedInAsync(Role.Staff, "desk");
        var first = await new Prospect().IsAcceptedAsync(firm.App);
        var second = await new Prospect { Message = "Me again." }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(first, "maria");
        await firm.IsAssignedAsync(second, "maria");
        using (await MergeAsync(desk, first, second, first)) { }
        await firm.MailIsOutAsync(); // what is on its way when the clock jumps would be tried again much later

        firm.Wait(TimeSpan.FromMinutes(5));

        await firm.App.WaitUntilAsync("select status = 'reached_out' from leads");
        await firm.MailIsOutAsync();
        Assert.Equal(1, await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome'"));
        // Both have been welcomed: each keeps its own.
        var third = await new Prospect { Message = "And again." }.IsAcceptedAsync(firm.App);
        await firm.IsAssignedAsync(third, "maria");
        await firm.MailIsOutAsync();
        firm.Wait(TimeSpan.FromMinutes(5));
        await firm.App.WaitUntilAsync($"select status = 'reached_out' from leads where number = {third}");
        using (var merged = await MergeAsync(desk, first, third, third))
            Assert.Equal(HttpStatusCode.SeeOther, merged.StatusCode);
        Assert.Equal(
            2,
            await firm.App.ValueAsync<long>("select count(*) from emails where kind = 'welcome' and state = 'sent'")
        );
    }

    internal static async Task<HttpResponseMessage> MergeAsync(
        HttpClient client,
        long page,
        long with,
        long stays,
        long? other = null
    )
    {
        using var opened = await client.GetAsync(
            new Uri($"/leads/{page}/merge?other={other ?? with}", UriKind.Relative)
        );
        if (opened.StatusCode != HttpStatusCode.OK)
            return await client.GetAsync(new Uri($"/leads/{page}/merge?other={other ?? with}", UriKind.Relative));
        var compare = await opened.PageAsync();
        return await client.SendFormAsync(compare.Form($"/leads/{page}/merge"), ("stays", $"{stays}"));
    }

    /// <summary>A page by 301; an address of the APIs by 308, which clients follow with the same method and body.</summary>
    private static async Task RedirectsAsync(HttpClient client, string from, string to, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, from);
        if (method == HttpMethod.Patch || method == HttpMethod.Post)
            request.Content = JsonContent.Create(
                new
                {
                    status = "lost",
                    state = "PENDING",
                    text = "a note",
                }
            );
        using var answer = await client.SendAsync(request);
        var expected = method is null ? HttpStatusCode.MovedPermanently : HttpStatusCode.PermanentRedirect;
        Assert.Equal((expected, to), (answer.StatusCode, answer.Headers.Location?.ToString()));
    }
}
