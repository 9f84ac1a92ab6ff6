using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Leads;

/// <summary>Leads that somebody of the firm enters by hand.</summary>
public sealed class NewLeadTests(TestDatabases databases)
{
    [Fact]
    public async Task Who_was_spoken_to_on_the_phone_is_reached_out_at_once_and_gets_no_mail()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Outreach:After", "00:00:00")]);
        using var staff = await app.SignedInAsync(Role.Staff, "sam", "Sam Carter");

        using var answer = await EnterAsync(
            staff,
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
            ("email", "grace@example.com"),
            ("phone", "+1 202 555 0142"),
            ("source", "phone"),
            ("spoken", "yes"),
            ("assigned_to", "me")
        );

        Assert.Equal("/leads/1", answer.Headers.Location?.OriginalString);
        Assert.Equal(
            ["reached_out phone Sam Carter Sam Carter true"],
            await app.TextsAsync(
                """
                select concat_ws(' ', status, source, spoke.full_name, owner.full_name, (reached_out_at = leads.created_at)::text)
                from leads join users spoke on spoke.id = reached_out_by join users owner on owner.id = assigned_to
                """
            )
        );
        // The promise is looked at, and is kept already.
        await app.WaitUntilAsync("select not exists (select from work where state in ('queued', 'working'))");
        Assert.Equal(0, await app.CountAsync("emails"));
        Assert.Equal(0, await app.CountAsync("resumes"));
        var page = await staff.OpenAsync("/leads/1");
        var timeline = page.Body!.TextContent;
        Assert.Contains("entered this lead by hand (phone)", timeline, StringComparison.Ordinal);
        Assert.Contains("has spoken to the prospect", timeline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_are_given_out_and_confirmed_when_that_is_ticked()
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        var maria = await app.CreateUserAsync(Role.Attorney, "maria", "Maria Lopez");
        using var staff = await app.SignedInAsync(Role.Staff, "sam");

        using var first = await EnterAsync(
            staff,
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
            ("email", "grace@example.com"),
            ("source", "walk_in"),
            ("confirm", "yes"),
            ("assigned_to", "auto")
        );
        using var second = await EnterAsync(
            staff,
            ("first_name", "Alan"),
            ("last_name", "Turing"),
            ("email", "alan@example.com"),
            ("source", "referral"),
            ("assigned_to", maria.Id.ToString())
        );

        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, second.StatusCode);
        await app.WaitUntilAsync(
            "select count(*) = 2 from leads where assigned_to is not null and status = 'registered'"
        );
        await app.WaitUntilAsync("select count(*) = 3 from emails where state = 'sent'");
        Assert.Equal(
            ["assigned maria@firm.example", "assigned maria@firm.example", "confirmation grace@example.com"],
            await app.TextsAsync("select kind || ' ' || to_address from emails order by 1")
        );
        // What a prospect without a file is told says nothing of one.
        Assert.False(
            await app.ValueAsync<bool>("select text || html ilike '%resume%' from emails where kind = 'confirmation'")
        );
    }

    [Fact]
    public async Task A_lead_without_a_resume_works_on_every_page_and_in_both_APIs()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        using var entered = await EnterAsync(
            staff,
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
            ("email", "grace@example.com")
        );
        Assert.Equal(HttpStatusCode.SeeOther, entered.StatusCode);

        await staff.OpenAsync("/leads");
        await staff.OpenAsync("/leads/1");
        await staff.OpenAsync("/dashboard");
        using (var file = await staff.GetAsync(new Uri("/leads/1/resume", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);

        using var token = await app.LoggedInAsync();
        var compat = await token.GetFromJsonAsync<JsonElement>("/api/leads/1/");
        Assert.Equal("grace@example.com", compat.GetProperty("email").GetString());
        using (var file = await token.GetAsync(new Uri("/api/leads/1/resume/", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
        using var bearer = await app.BearerAsync(Role.Attorney, "maria");
        var list = await bearer.GetFromJsonAsync<JsonElement>("/api/v1/leads");
        Assert.Equal(JsonValueKind.Null, list.GetProperty("items")[0].GetProperty("resume").ValueKind);
    }

    [Fact]
    public async Task Wrong_input_is_named_nothing_is_kept_and_what_was_typed_stays()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var staff = await app.SignedInAsync(Role.Staff, "sam");

        using var answer = await EnterAsync(
            staff,
            new ByteArrayContent([1, 2, 3]),
            ("first_name", "Grace"),
            ("last_name", ""),
            ("email", "grace@"),
            ("source", "pigeon"),
            ("assigned_to", "somebody")
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.PageAsync();
        foreach (var field in (string[])["last_name", "email", "resume", "source", "assigned_to"])
            Assert.NotEqual("", page.QuerySelector($"[data-field={field}] .error")?.TextContent ?? "");
        Assert.Equal("Grace", page.QuerySelector<IHtmlInputElement>("[name=first_name]")?.Value);
        await app.AssertNothingIsLeftAsync();

        using var gone = await EnterAsync(
            staff,
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
            ("email", "grace@example.com"),
            ("assigned_to", Guid.NewGuid().ToString())
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, gone.StatusCode);
        Assert.Contains("no longer takes leads", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_lead_with_the_same_address_is_shown_and_entered_again_only_when_that_is_meant()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        var number = await new Prospect { Email = "Ada@example.com" }.IsAcceptedAsync(app);
        var form = (await staff.OpenAsync("/leads/new")).Form("/leads/new");
        (string, string)[] values = [("first_name", "Ada"), ("last_name", "Lovelace"), ("email", "ada@EXAMPLE.com")];

        using var asked = await SendAsync(staff, form, file: null, values);
        Assert.Equal(HttpStatusCode.Conflict, asked.StatusCode);
        var page = await asked.PageAsync();
        Assert.NotNull(page.QuerySelector($"#summary a[href='/leads/{number}']"));
        Assert.Equal(1, await app.CountAsync("leads"));

        using var file = new ByteArrayContent(SampleFiles.Pdf());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var meant = await SendAsync(staff, page.Form("/leads/new"), file, [.. values, ("same", "yes")]);
        Assert.Equal(HttpStatusCode.SeeOther, meant.StatusCode);
        // Sent twice, it is one lead.
        using var twice = await SendAsync(
            staff,
            page.Form("/leads/new"),
            new ByteArrayContent(SampleFiles.Pdf()),
            [.. values, ("same", "yes")]
        );
        Assert.Equal(meant.Headers.Location, twice.Headers.Location);
        Assert.Equal(2, await app.CountAsync("leads"));
        Assert.Equal(2, app.KeptFiles().Count);
    }

    [Fact]
    public async Task The_palette_finds_what_the_user_may_see()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:AttorneysSeeOnlyTheirs", "true")],
            role: "web"
        );
        using var maria = await app.SignedInAsync();
        using var admin = await app.SignedInAsync(Role.Administrator, "grace");
        await new Prospect { FirstName = "Ärla", Email = "arla@example.com" }.IsAcceptedAsync(app);
        for (var i = 0; i < 10; i++)
            await new Prospect { Email = $"p{i}@example.com" }.IsAcceptedAsync(app);
        await using (
            var command = app.Database.CreateCommand(
                "update leads set assigned_to = (select id from users where user_name = 'grace') where number = 1"
            )
        )
            await command.ExecuteNonQueryAsync();

        await FindsAsync(admin, "arla", 1L);
        await FindsAsync(admin, "#1", 1L);
        await FindsAsync(admin, "love", 11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L);
        await FindsAsync(maria, "arla");
        await FindsAsync(maria, " ");
        await FindsAsync(maria, new string('x', 300));
    }

    private static async Task FindsAsync(HttpClient client, string query, params long[] numbers)
    {
        var found = await client.GetFromJsonAsync<JsonElement>($"/leads/find?q={Uri.EscapeDataString(query)}");
        Assert.Equal(numbers, found.EnumerateArray().Select(lead => lead.GetProperty("number").GetInt64()));
    }

    internal static Task<HttpResponseMessage> EnterAsync(
        HttpClient client,
        params (string Name, string Value)[] values
    ) => EnterAsync(client, file: null, values);

    private static async Task<HttpResponseMessage> EnterAsync(
        HttpClient client,
        HttpContent? file,
        params (string Name, string Value)[] values
    ) => await SendAsync(client, (await client.OpenAsync("/leads/new")).Form("/leads/new"), file, values);

    /// <summary>Sends the form as a browser does; what stands in its hidden fields goes along.</summary>
    private static async Task<HttpResponseMessage> SendAsync(
        HttpClient client,
        IHtmlFormElement form,
        HttpContent? file,
        (string Name, string Value)[] values
    )
    {
        using var content = new MultipartFormDataContent();
        foreach (var hidden in form.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]"))
            content.Add(new StringContent(hidden.Value), hidden.Name!);
        foreach (var (name, value) in values)
            content.Add(new StringContent(value), name);
        file ??= new ByteArrayContent([]);
        // Nothing chosen is a file without a name.
        var fileName = file.Headers.ContentLength == 0 ? "\"\"" : "resume.pdf";
        file.Headers.ContentDisposition = new("form-data") { Name = "resume", FileName = fileName };
        content.Add(file);
        return await client.PostAsync(new Uri("/leads/new", UriKind.Relative), content);
    }
}
