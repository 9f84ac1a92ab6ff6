using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Anteroom.Firm;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Leads;

/// <summary>The firm's own questions: what is answered travels as every other fact, from each door to whoever reads it.</summary>
public sealed class AnswersTests(TestDatabases databases)
{
    private const string Stored = """{"heard_from": ["A friend", "The radio"], "company_size": ["about <10>"]}""";

    private Task<AnteroomApp> StartAsync(bool asks = true) =>
        AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example")],
            adjust: services =>
                services.PostConfigure<FirmOptions>(firm =>
                    firm.Questions = asks
                        ?
                        [
                            new Question("heard_from", "How did you hear of us?") { TakesSeveral = true },
                            new Question("company_size", "How many people work there?"),
                        ]
                        : []
                ),
            role: "web"
        );

    /// <summary>The form of a prospect with answers.</summary>
    private static MultipartFormDataContent Form(params (string Name, string Value)[] more)
    {
        var form = new Prospect().ToForm();
        foreach (
            var (name, value) in more.Length > 0
                ? more
                :
                [
                    ("answers.company_size", " about <10> "),
                    ("answers.heard_from", "A friend"),
                    ("answers.heard_from", "The radio"),
                    ("answers.unknown", "nobody asked"),
                ]
        )
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), name);
        return form;
    }

    /// <summary>The first lead as each API shows it, by itself and in the list.</summary>
    private static async IAsyncEnumerable<JsonElement> FromBothApisAsync(AnteroomApp app)
    {
        using var bearer = await app.BearerAsync(Role.Staff, "vera");
        using var token = await app.LoggedInAsync(Role.Staff, "tom");
        var id = await app.ValueAsync<Guid>("select id from leads where number = 1");
        yield return await bearer.GetFromJsonAsync<JsonElement>($"/api/v1/leads/{id}");
        yield return (await bearer.GetFromJsonAsync<JsonElement>("/api/v1/leads?sort=created_at")).GetProperty("items")[
            0
        ];
        yield return await token.GetFromJsonAsync<JsonElement>("/api/leads/1/");
        yield return (await token.GetFromJsonAsync<JsonElement>("/api/leads/")).EnumerateArray().Last();
    }

    private static object Json(object? answers) =>
        new
        {
            first_name = "Ada",
            last_name = "Lovelace",
            email = "ada@example.com",
            resume = Convert.ToBase64String(SampleFiles.Pdf()),
            answers,
        };

    [Theory]
    [InlineData("/", false)]
    [InlineData("/api/leads/", false)]
    [InlineData("/api/leads/", true)]
    [InlineData("/api/v1/leads", false)]
    [InlineData("/api/v1/leads", true)]
    public async Task An_answer_travels_from_every_door_to_the_row_the_page_the_email_and_both_APIs(
        string door,
        bool json
    )
    {
        await using var app = await StartAsync();
        var address = new Uri(door, UriKind.Relative);
        using var form = Form();

        using var answer = json
            ? await app.Client.PostAsJsonAsync(
                address,
                Json(
                    new
                    {
                        company_size = " about <10> ",
                        heard_from = (string[])["A friend", "The radio"],
                        unknown = new { },
                    }
                )
            )
            : await app.Client.PostAsync(address, form);

        Assert.True(answer.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Created, $"{answer.StatusCode}");
        Assert.Equal(Stored, await app.ValueAsync<string>("select answers::text from leads"));
        Assert.Contains(
            "How did you hear of us?: A friend, The radio\nHow many people work there?: about <10>\n",
            await app.ValueAsync<string>("select text from emails where kind = 'notification'"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<td>about &lt;10&gt;</td>",
            await app.ValueAsync<string>("select html from emails where kind = 'notification'"),
            StringComparison.Ordinal
        );
        using var attorney = await app.SignedInAsync();
        var page = await attorney.OpenAsync("/leads/1");
        var shown = page.QuerySelectorAll("#story .story-answer").Select(answer => answer.Words()).ToList();
        Assert.Contains("How did you hear of us? A friend, The radio", shown);
        Assert.Contains("How many people work there? about <10>", shown);
        var csv = await attorney.GetStringAsync(new Uri("/leads.csv", UriKind.Relative));
        Assert.Contains("answers.heard_from,answers.company_size", csv, StringComparison.Ordinal);
        Assert.Contains("\"A friend, The radio\",about <10>", csv, StringComparison.Ordinal);
        var stored = JsonElement.Parse(Stored);
        await foreach (var lead in FromBothApisAsync(app))
            Assert.True(JsonElement.DeepEquals(stored, lead.GetProperty("answers")), lead.GetRawText());
    }

    [Fact]
    public async Task People_of_the_firm_are_asked_the_same_questions_and_correcting_a_lead_keeps_the_answers()
    {
        await using var app = await StartAsync();
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        var form = (await staff.OpenAsync("/leads/new")).Form("/leads/new");
        Assert.NotNull(form.QuerySelector("[name='answers.company_size']"));

        using (
            await staff.SendFormAsync(
                form,
                ("first_name", "Grace"),
                ("last_name", "Hopper"),
                ("email", "grace@example.com"),
                ("answers.company_size", "3")
            )
        ) { }
        using (
            await staff.SendFormAsync(
                (await staff.OpenAsync("/leads/1/edit")).Form("/leads/1/edit"),
                ("first_name", "Amazing Grace")
            )
        ) { }

        Assert.Equal(
            """Amazing Grace {"company_size": ["3"]}""",
            await app.ValueAsync<string>("select first_name || ' ' || answers::text from leads")
        );
    }

    [Fact]
    public async Task A_lead_that_is_merged_brings_its_answers_along()
    {
        await using var app = await StartAsync();
        using (await app.Client.PostAsync(new Uri("/", UriKind.Relative), Form(("answers.company_size", "3")))) { }
        using (
            await app.Client.PostAsync(
                new Uri("/", UriKind.Relative),
                Form(("answers.company_size", "4"), ("answers.heard_from", "The radio"))
            )
        ) { }
        using var attorney = await app.SignedInAsync();

        using var merged = await attorney.SendFormAsync(
            (await attorney.OpenAsync("/leads/1/merge?other=2")).Form("/leads/1/merge"),
            ("stays", "1")
        );

        Assert.Equal(HttpStatusCode.SeeOther, merged.StatusCode);
        Assert.Equal(
            """{"heard_from": ["The radio"], "company_size": ["3"]}""",
            await app.ValueAsync<string>("select answers::text from leads")
        );
    }

    [Fact]
    public async Task A_wrong_answer_is_named_and_comes_back_with_the_form()
    {
        await using var app = await StartAsync();
        using var twice = Form(("answers.company_size", "3"), ("answers.company_size", "4"));
        using var control = Form(("answers.company_size", "a\u0007b"));

        using var first = await app.Client.PostAsync(new Uri("/", UriKind.Relative), twice);
        using var second = await app.Client.PostAsync(new Uri("/", UriKind.Relative), control);
        using var third = await app.Client.PostAsJsonAsync(
            new Uri("/api/v1/leads", UriKind.Relative),
            Json("nothing of the kind")
        );
        using var fourth = await app.Client.PostAsJsonAsync(
            new Uri("/api/leads/", UriKind.Relative),
            Json(new { company_size = new { } })
        );

        foreach (var answer in (HttpResponseMessage[])[first, second])
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var page = await answer.PageAsync();
            Assert.NotNull(page.QuerySelector("[name='answers.company_size'][aria-invalid=true]"));
        }

        Assert.Equal(HttpStatusCode.BadRequest, third.StatusCode);
        Assert.Contains("\"answers\"", await third.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, fourth.StatusCode);
        Assert.Contains("\"answers.company_size\"", await fourth.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task What_nobody_asks_is_passed_over_as_any_unknown_field()
    {
        await using var app = await StartAsync(asks: false);
        using var form = Form();

        using (var answer = await app.Client.PostAsync(new Uri("/", UriKind.Relative), form))
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        using (
            var answer = await app.Client.PostAsJsonAsync(
                new Uri("/api/v1/leads", UriKind.Relative),
                Json("nothing of the kind")
            )
        )
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);

        Assert.Equal(["{}", "{}"], await app.TextsAsync("select answers::text from leads"));
        using var attorney = await app.SignedInAsync();
        var csv = await attorney.GetStringAsync(new Uri("/leads.csv", UriKind.Relative));
        Assert.DoesNotContain("answers", csv, StringComparison.Ordinal);
        await foreach (var lead in FromBothApisAsync(app))
            Assert.False(lead.TryGetProperty("answers", out _), lead.GetRawText());
    }

    [Fact]
    public async Task The_same_form_with_other_answers_is_another_submission()
    {
        await using var app = await StartAsync();
        foreach (var size in (string[])["3", "3", "4"])
            using (
                await app.Client.PostAsync(
                    new Uri("/", UriKind.Relative),
                    Form(("token", "one form"), ("answers.company_size", size))
                )
            ) { }

        Assert.Equal(2, await app.CountAsync("leads"));
    }
}
