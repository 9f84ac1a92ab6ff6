using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Anteroom.Tests.App;
using Anteroom.Tests.Leads;
using Anteroom.Tests.Outreach;
using Anteroom.Web.Public;

namespace Anteroom.Tests.Web;

/// <summary>Prospects read the form, what is wrong with it, and their emails in English or in Spanish.</summary>
[Trait("Category", "Slow")]
public sealed partial class LanguagesTests(TestDatabases databases)
{
    private static string Sources => Path.Combine(NodeScript.RepositoryRoot(), "src", "Anteroom");

    [Theory]
    [InlineData(null, "/", "en", "Send")]
    [InlineData("es-MX,es;q=0.9,en;q=0.8", "/", "es", "Enviar")]
    [InlineData("fr-FR,es;q=0.5,en;q=0.4", "/", "es", "Enviar")]
    [InlineData("de", "/", "en", "Send")]
    [InlineData("*, xx-nonsense;q=7, ;;", "/", "en", "Send")]
    [InlineData("en", "/?lang=es", "es", "Enviar")]
    [InlineData("es", "/?lang=en", "en", "Send")]
    [InlineData("es", "/?lang=klingon", "es", "Enviar")]
    public async Task The_browser_and_the_switch_choose_the_language(
        string? asked,
        string address,
        string language,
        string send
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (asked is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", asked);

        using var answer = await app.Client.SendAsync(request);

        var page = await answer.PageAsync();
        Assert.Equal(language, page.DocumentElement.GetAttribute("lang"));
        Assert.Equal(send, page.QuerySelector("form button[type=submit]")!.TextContent);
        Assert.Equal(language, page.QuerySelector("input[name=language]")!.GetAttribute("value"));
        Assert.Contains("Accept-Language", answer.Headers.Vary);
        Assert.Equal(
            language == "en" ? "es" : "en",
            page.QuerySelector("footer a[hreflang]")!.GetAttribute("hreflang")
        );
    }

    [Fact]
    public async Task The_choice_is_kept_for_every_page_that_needs_no_sign_in()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var visitor = app.NewClient();
        using (await visitor.GetAsync(new Uri("/?lang=es", UriKind.Relative))) { }

        Assert.Equal(
            "Gracias. Su consulta ha llegado.",
            (await visitor.OpenAsync("/thanks/7")).QuerySelector("h1")!.TextContent
        );
        using var nowhere = await visitor.GetAsync(new Uri("/nowhere", UriKind.Relative));
        Assert.Equal("Aquí no hay nada", (await nowhere.PageAsync()).QuerySelector("h1")!.TextContent);
        var signIn = await visitor.OpenAsync("/signin?returnUrl=%2Ftasks");
        Assert.Equal("Iniciar sesión", signIn.QuerySelector("h1")!.TextContent);
        Assert.Equal("?returnUrl=%2Ftasks&lang=en", signIn.QuerySelector("footer a[hreflang]")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Everything_that_can_be_wrong_is_said_in_Spanish()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        foreach (var row in BadInputTests.Texts)
        {
            var (field, text, contains) = row.Data;
            if (contains == "ok")
                continue;
            var prospect = BadInputTests.With(field, text);
            using var english = await prospect.SubmitsAsync(app, "/?lang=en");
            using var spanish = await prospect.SubmitsAsync(app, "/?lang=es");

            Assert.Equal(HttpStatusCode.UnprocessableEntity, spanish.StatusCode);
            var said = await spanish.ErrorAsync(field);
            Assert.NotNull(said);
            Assert.NotEqual(await english.ErrorAsync(field), said);
            Assert.DoesNotContain("{", said, StringComparison.Ordinal);
            Assert.DoesNotMatch(EnglishWords, said);
        }
    }

    [Fact]
    public async Task Confirmation_and_welcome_go_out_in_the_language_of_the_form_and_the_firms_own_text_is_of_one_language()
    {
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Outreach:After", "00:00:00")]
        );
        using var office = await firm.App.SignedInAsync(Role.Administrator, "office");
        var editor = await office.OpenAsync("/admin/templates/confirmation.es");
        Assert.Contains(
            "Hola, {{first_name}}",
            editor.QuerySelector("textarea[name=text]")!.TextContent,
            StringComparison.Ordinal
        );
        using (
            await office.SendFormAsync(
                editor.Form("/admin/templates/confirmation.es"),
                ("subject", "Ya lo tenemos, {{first_name}}"),
                ("text", "Recibido el {{received}}."),
                ("html", "<p>Recibido</p>")
            )
        ) { }

        await new Prospect { Language = "es", Email = "inés@example.com" }.IsAcceptedAsync(firm.App);
        await new Prospect { Language = "en", Email = "ann@example.com" }.IsAcceptedAsync(firm.App);
        await new Prospect { Language = "??", Email = "bob@example.com" }.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync("select count(*) = 3 from leads where status = 'reached_out'");

        var confirmation = await SubjectAsync(firm.App, "confirmation", "inés@example.com");
        Assert.Equal("Ya lo tenemos, Ada", confirmation);
        Assert.Contains(", de ", await SubjectAsync(firm.App, "welcome", "inés@example.com"), StringComparison.Ordinal);
        foreach (var address in (string[])["ann@example.com", "bob@example.com"])
        {
            Assert.Contains(
                "we have received",
                await SubjectAsync(firm.App, "confirmation", address),
                StringComparison.Ordinal
            );
            Assert.Contains(" of ", await SubjectAsync(firm.App, "welcome", address), StringComparison.Ordinal);
        }

        var text = await firm.App.ValueAsync<string>(
            "select text from emails where kind = 'confirmation' and to_address like 'in%'"
        );
        Assert.Matches(@"^Recibido el \d+ de \p{L}+ de \d{4} a las \d\d:\d\d UTC\.", text);
        Assert.Contains("No recibir más mensajes automáticos", text, StringComparison.Ordinal);
        Assert.Contains(
            "<html lang=\"es\">",
            await firm.App.ValueAsync<string>(
                "select html from emails where kind = 'welcome' and to_address like 'in%'"
            ),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Every_text_for_prospects_is_there_in_Spanish()
    {
        var spanish = XDocument
            .Load(Path.Combine(Sources, "Web", "Public", "PublicWords.es.resx"))
            .Root!.Elements("data")
            .ToDictionary(
                data => data.Attribute("name")!.Value,
                data => data.Element("value")!.Value,
                StringComparer.Ordinal
            );
        var used = Directory
            .EnumerateFiles(Path.Combine(Sources, "Web", "Public"), "*.razor")
            .SelectMany(page => Keys().Matches(File.ReadAllText(page)))
            .Select(key => key.Groups["key"].Value);
        Assert.Empty(used.Concat(ScriptTexts.All).Where(text => !spanish.ContainsKey(text)).Distinct());
        foreach (var (english, text) in spanish)
            Assert.Equal(Places(english), Places(text));

        // The script's own texts, each of them and no other.
        var script = File.ReadAllText(Path.Combine(Sources, "wwwroot", "js", "apply.js"));
        Assert.Equal(
            ScriptTexts.All.Order(StringComparer.Ordinal),
            ScriptKeys().Matches(script).Select(key => key.Groups["key"].Value).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Figures_of_the_workspace_are_written_as_the_reader_writes_them()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Web:DeveloperPages", "true")], role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        Assert.Equal("1,234", await FigureAsync("en-GB"));
        Assert.Equal("1.234", await FigureAsync("de-DE"));
        Assert.Equal("1,234", await FigureAsync("no-such-thing"));

        async Task<string> FigureAsync(string language)
        {
            office.DefaultRequestHeaders.Remove("Accept-Language");
            office.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);
            var page = await office.OpenAsync("/admin/components");
            Assert.Equal("en", page.DocumentElement.GetAttribute("lang")); // there are no texts in German
            return page.QuerySelector(".bars .n")!.TextContent;
        }
    }

    private static Task<string> SubjectAsync(AnteroomApp app, string kind, string address) =>
        app.ValueAsync<string>($"select subject from emails where kind = '{kind}' and to_address = '{address}'");

    private static string Places(string text) =>
        string.Join(' ', Place().Matches(text).Select(place => place.Value).Order(StringComparer.Ordinal));

    private const string EnglishWords = @"\b(Please|cannot|characters|missing|looks like|has to|The|This|An?)\b";

    [GeneratedRegex("""\bT\["(?<key>(?:[^"\\]|\\.)+)"[\],]""", RegexOptions.None, 1000)]
    private static partial Regex Keys();

    [GeneratedRegex("""(?<![\w.])t\("(?<key>(?:[^"\\]|\\.)+)"[,)]""", RegexOptions.None, 1000)]
    private static partial Regex ScriptKeys();

    [GeneratedRegex(@"\{\d(:[^}]*)?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();
}
