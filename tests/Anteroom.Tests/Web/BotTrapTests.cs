using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Web;

/// <summary>Programs that fill in every form, and people who are taken for one.</summary>
[Trait("Category", "Slow")]
public sealed class BotTrapTests(TestDatabases databases)
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);

    private Task<AnteroomApp> StartAsync() =>
        AnteroomApp.StartAsync(databases, adjust: services => services.AddSingleton<TimeProvider>(_clock), role: "web");

    [Theory]
    [InlineData("/")]
    [InlineData("/apply")]
    public async Task A_form_that_a_person_took_time_for_is_taken(string address)
    {
        await using var app = await StartAsync();
        var page = await app.Client.OpenAsync(address);
        _clock.Advance(TimeSpan.FromSeconds(2));

        using var answer = await SendAsync(app, page);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_that_the_browser_filled_in_and_a_hand_sent_at_once_is_taken()
    {
        await using var app = await StartAsync();
        var page = await app.Client.OpenAsync("/");
        _clock.Advance(TimeSpan.FromSeconds(0.5));

        // What js/apply.js writes when a key or a button is pressed.
        using var answer = await SendAsync(app, page, ("hand", "seen"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task A_program_that_fills_in_everything_stays_out_however_it_says_to_have_a_hand()
    {
        await using var app = await StartAsync();
        var page = await app.Client.OpenAsync("/");

        using var answer = await SendAsync(app, page, ("hand", "seen"), ("website", "https://spam.example"));

        await AssertAskedAsync(app, answer);
    }

    [Fact]
    public async Task A_form_sent_at_once_by_nobody_who_was_seen_comes_back_with_everything_typed_to_be_sent_once_more()
    {
        await using var app = await StartAsync();
        var page = await app.Client.OpenAsync("/");
        _clock.Advance(TimeSpan.FromSeconds(1.9));

        using var answer = await SendAsync(app, page);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var asked = await answer.PageAsync();
        Assert.Contains("press Send once more", asked.QuerySelector("[role=alert]")!.Words(), StringComparison.Ordinal);
        Assert.Empty(asked.QuerySelectorAll("#messages [type=checkbox]"));
        Assert.Equal("Ada", asked.QuerySelector("[name=first_name]")!.GetAttribute("value"));
        await app.AssertNothingIsLeftAsync();

        using var again = await SendAsync(app, asked);
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }

    [Fact]
    public async Task A_filled_in_hidden_field_is_no_lead_until_somebody_says_to_be_a_person()
    {
        await using var app = await StartAsync();
        var page = await app.Client.OpenAsync("/");
        _clock.Advance(TimeSpan.FromMinutes(1));

        using var answer = await SendAsync(app, page, ("website", "https://spam.example"));
        await AssertAskedAsync(app, answer);

        // A password manager fills it in once more.
        var asked = await answer.PageAsync();
        Assert.Equal("", asked.QuerySelector("[name=website]")!.GetAttribute("value"));
        using var ticked = await SendAsync(app, asked, ("website", "https://me.example"));
        Assert.Equal(HttpStatusCode.SeeOther, ticked.StatusCode);
    }

    [Fact]
    public async Task Who_has_ticked_the_box_is_not_asked_again_after_another_mistake()
    {
        await using var app = await StartAsync();
        var page = await app.Client.OpenAsync("/");
        using var wrong = await SendAsync(app, page, ("person", "yes"), ("email", "nonsense"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.NotNull(await wrong.ErrorAsync("email"));

        using var again = await SendAsync(
            app,
            await wrong.PageAsync(),
            ("website", "https://me.example"),
            ("email", "ada@example.com")
        );

        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("638000000000000000")]
    public async Task A_form_without_a_time_of_ours_is_taken(string shown)
    {
        await using var app = await StartAsync();

        using var answer = await SendAsync(app, await app.Client.OpenAsync("/"), ("shown", shown));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    [Fact]
    public async Task People_neither_see_the_field_nor_come_to_it_by_keyboard_or_screen_reader()
    {
        await using var app = await StartAsync();

        var field = (await app.Client.OpenAsync("/")).QuerySelector("[name=website]")!;

        Assert.Equal("-1", field.GetAttribute("tabindex"));
        Assert.Equal("off", field.GetAttribute("autocomplete"));
        Assert.NotNull(field.Closest("[aria-hidden=true].unseen"));
        Assert.NotEqual("hidden", field.GetAttribute("type"));
    }

    private static async Task AssertAskedAsync(AnteroomApp app, HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await answer.PageAsync();
        Assert.Contains("tick the box", page.QuerySelector("[role=alert]")!.Words(), StringComparison.Ordinal);
        Assert.Equal("checkbox", page.QuerySelector("#messages [name=person]")!.GetAttribute("type"));
        Assert.Equal("Ada", page.QuerySelector("[name=first_name]")!.GetAttribute("value"));
        await app.AssertNothingIsLeftAsync();
    }

    /// <summary>Sends the hidden fields of a page with a prospect's answers, without JavaScript; boxes are ticked.</summary>
    private static async Task<HttpResponseMessage> SendAsync(
        AnteroomApp app,
        IHtmlDocument page,
        params (string Name, string Value)[] others
    )
    {
        var email = others.FirstOrDefault(other => other.Name == "email").Value ?? "ada@example.com";
        using var form = new Prospect { Email = email }.ToForm();
        var shown = page.Form("/");
        string[] hidden = ["token", "shown", "hand", "website", "person"];
        foreach (var name in hidden)
        {
            var value =
                others.FirstOrDefault(other => other.Name == name).Value
                ?? shown.QuerySelector($"[name={name}]")?.GetAttribute("value");
            if (value is not null)
                form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), name);
        }

        return await app.Client.PostAsync(new Uri("/", UriKind.Relative), form);
    }
}
