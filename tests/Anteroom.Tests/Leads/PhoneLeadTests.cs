using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Leads;

/// <summary>Somebody called and has, or gives, no email address: the firm calls back, and nothing is emailed.</summary>
[Trait("Category", "Slow")]
public sealed class PhoneLeadTests(TestDatabases databases)
{
    private static readonly (string, string)[] Grace =
    [
        ("first_name", "Grace"),
        ("last_name", "Hopper"),
        ("phone", "+1 202 555 0142"),
        ("source", "phone"),
        ("confirm", "yes"),
    ];

    [Fact]
    public async Task Nothing_is_emailed_to_them_and_a_person_is_asked_to_call()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Outreach:After", "00:00:00")]);
        await app.CreateUserAsync(Role.Attorney, "maria", "Maria Lopez");
        using var sam = await app.SignedInAsync(Role.Staff, "sam");

        using var answer = await NewLeadTests.EnterAsync(sam, Grace);

        Assert.Equal("/leads/1", answer.Headers.Location?.OriginalString);
        await app.WaitUntilAsync("select assigned_to is not null from leads");
        await app.WaitUntilAsync("select not exists (select from work where state in ('queued', 'working'))");
        Assert.Equal(
            ["registered true"],
            await app.TextsAsync("select concat_ws(' ', status, needs_call::text) from leads")
        );
        // Only the attorney hears of it, with no address to reply to.
        Assert.Equal(["assigned"], await app.TextsAsync("select kind || coalesce(' ' || reply_to, '') from emails"));
        var page = (await sam.OpenAsync("/leads/1")).Body!;
        Assert.Contains("Needs a phone call", page.Words(), StringComparison.Ordinal);
        Assert.Contains("No email address.", page.Words(), StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("a[href='mailto:']"));
        Assert.NotNull(page.QuerySelector("a[href='tel:+12025550142']"));
        var list = (await sam.OpenAsync("/leads")).QuerySelector("main")!.Words();
        Assert.Contains("+1 202 555 0142", list, StringComparison.Ordinal);
        await sam.OpenAsync("/board");
    }

    [Fact]
    public async Task Somebody_with_neither_address_nor_number_is_not_taken_nor_is_anybody_without_address_from_outside()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var sam = await app.SignedInAsync(Role.Staff, "sam");

        using var answer = await NewLeadTests.EnterAsync(sam, ("first_name", "Grace"), ("last_name", "Hopper"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("Please enter an email address or a phone number.", await answer.ErrorAsync("email"));
        foreach (var address in (string[])["/", "/api/v1/leads", "/api/leads/"])
        {
            using var outside = await new Prospect { Email = "", Phone = "+1 202 555 0142" }.SubmitsAsync(app, address);
            Assert.True(outside.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest);
        }

        Assert.Equal(0, await app.CountAsync("leads"));
    }

    [Fact]
    public async Task The_same_number_again_is_asked_about()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var sam = await app.SignedInAsync(Role.Staff, "sam");
        await new Prospect { Phone = "(202) 555-0142" }.IsAcceptedAsync(app);
        using var another = await NewLeadTests.EnterAsync(
            sam,
            ("first_name", "Eve"),
            ("last_name", "Else"),
            ("phone", "202 555 0199")
        );
        Assert.Equal(HttpStatusCode.SeeOther, another.StatusCode);

        using var same = await NewLeadTests.EnterAsync(sam, Grace);
        using var anyway = await NewLeadTests.EnterAsync(sam, [.. Grace, ("same", "yes")]);

        Assert.Equal(HttpStatusCode.Conflict, same.StatusCode);
        var asked = (await same.PageAsync()).QuerySelector("#summary")!.Words();
        Assert.Contains("A lead with this phone number already exists", asked, StringComparison.Ordinal);
        Assert.Contains("Ada Lovelace", asked, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, anyway.StatusCode);
        // Two without an address are not the same for that.
        var duplicates = (await sam.OpenAsync("/leads/3")).QuerySelector("#duplicates")!.Words();
        Assert.Contains("Ada Lovelace", duplicates, StringComparison.Ordinal);
        Assert.DoesNotContain("Eve Else", duplicates, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_APIs_say_an_empty_address_and_the_export_none()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var sam = await app.SignedInAsync(Role.Staff, "sam");
        using (await NewLeadTests.EnterAsync(sam, Grace)) { }

        using var compat = await app.LoggedInAsync();
        Assert.Equal(
            "",
            (await compat.GetFromJsonAsync<JsonElement>("/api/leads/1/")).GetProperty("email").GetString()
        );
        using var bearer = await app.BearerAsync(Role.Attorney, "maria");
        var list = await bearer.GetFromJsonAsync<JsonElement>("/api/v1/leads");
        Assert.Equal("", list.GetProperty("items")[0].GetProperty("email").GetString());
        Assert.Contains(
            "Grace,Hopper,,",
            await sam.GetStringAsync(new Uri("/leads.csv", UriKind.Relative)),
            StringComparison.Ordinal
        );
        using var document = await app.Client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        var email = (await document.JsonAsync())
            .GetProperty("components")
            .GetProperty("schemas")
            .GetProperty("LeadV1")
            .GetProperty("properties")
            .GetProperty("email");
        Assert.False(email.TryGetProperty("format", out _));
    }

    [Fact]
    public async Task An_address_can_be_added_later_and_nothing_can_be_sent_before()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var sam = await app.SignedInAsync(Role.Staff, "sam");
        using (await NewLeadTests.EnterAsync(sam, Grace)) { }

        var form = (await sam.OpenAsync("/leads/1")).Form("/leads/1/email");
        using (
            var refused = await sam.SendFormAsync(form, ("subject", "Hello"), ("text", "Hello Grace"), ("do", "send"))
        )
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("no email address", (await refused.PageAsync()).Body!.Words(), StringComparison.Ordinal);
        }

        Assert.Equal(0, await app.CountAsync("emails where kind = 'personal'"));
        using (
            var emptied = await sam.SendFormAsync(
                (await sam.OpenAsync("/leads/1/edit")).Form("/leads/1/edit"),
                ("phone", "")
            )
        )
            Assert.Equal(HttpStatusCode.UnprocessableEntity, emptied.StatusCode);
        using (
            var added = await sam.SendFormAsync(
                (await sam.OpenAsync("/leads/1/edit")).Form("/leads/1/edit"),
                ("email", "grace@example.com"),
                ("practice_area", "")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, added.StatusCode);
        using (
            var sent = await sam.SendFormAsync(
                (await sam.OpenAsync("/leads/1")).Form("/leads/1/email"),
                ("subject", "Hello"),
                ("text", "Hello Grace"),
                ("do", "send")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Equal(
            "grace@example.com",
            await app.ValueAsync<string>("select to_address from emails where kind = 'personal'")
        );
    }

    [Fact]
    public async Task A_letter_that_declines_them_goes_on_paper_only()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var sam = await app.SignedInAsync(Role.Staff, "sam");
        using (await NewLeadTests.EnterAsync(sam, Grace)) { }

        var page = await sam.OpenAsync("/leads/1/decline");
        Assert.Empty(page.QuerySelectorAll("button[value=send]"));
        Assert.NotNull(page.QuerySelector("button[value=print]"));
        using var refused = await sam.SendFormAsync(
            page.Form("/leads/1/decline"),
            ("decline_reason", ""),
            ("subject", "Your inquiry"),
            ("text", "We cannot help."),
            ("do", "send")
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Equal("They have given no email address. Print the letter instead.", await refused.ErrorAsync("text"));
        Assert.Equal(1, await app.CountAsync("leads where status = 'registered'"));
    }

    [Fact]
    public async Task Merged_with_a_lead_that_has_an_address_it_has_that_one()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var maria = await app.SignedInAsync(Role.Administrator, "maria");
        using (await NewLeadTests.EnterAsync(maria, Grace)) { }
        await new Prospect { Email = "grace@example.com" }.IsAcceptedAsync(app);

        var merge = (await maria.OpenAsync("/leads/1/merge?other=2")).Form("/leads/1/merge");
        using var merged = await maria.SendFormAsync(merge, ("stays", "1"));

        Assert.Equal(HttpStatusCode.SeeOther, merged.StatusCode);
        Assert.Equal("grace@example.com", await app.ValueAsync<string>("select email from leads"));
    }
}
