using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>A firm whose emails are rewritten: nobody else's tests read them.</summary>
public sealed class WritingFirm : IAsyncLifetime
{
    public const string Office = "office";

    public AppProcess App { get; private set; } = null!;

    public async ValueTask InitializeAsync() => App = await AppProcess.StartAsync([(Office, "Grace Whitfield")]);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>The editor of emails: what it writes is what is saved and sent, and what it cannot show stays letter by letter.</summary>
public sealed class EditorTests(Firm firm, WritingFirm writing) : IClassFixture<WritingFirm>
{
    private const string Paragraph = "<p style=\"margin:0 0 16px\">";

    /// <summary>
    /// What the product makes of the form now, subject, text and HTML, with an example's values and with those of a lead who left out what can
    /// be; white space beside blocks is nothing.
    /// </summary>
    private const string Rendered = """
        async (lead) => {
            const form = document.querySelector("form[data-preview]");
            const rendered = [];
            for (const number of ["0", lead]) {
                const data = new FormData(form);
                data.set("lead", number);
                const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(data) });
                const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                const frame = await fetch(page.querySelector(".mail-frame").getAttribute("src"));
                const html = new DOMParser().parseFromString(await frame.text(), "text/html").body.innerHTML;
                rendered.push(
                    page.querySelector(".preview-subject strong").textContent,
                    page.querySelector(".mail-text").textContent,
                    html.replace(/\s+/g, " ").replace(/\s*(<\/?(p|h\d|table|tbody|tr|td|th|ul|ol|li|div)\b[^>]*>)\s*/g, "$1"),
                );
            }
            return rendered;
        }
        """;

    [Fact]
    public async Task Every_text_of_ours_goes_through_the_editor_unchanged_in_meaning()
    {
        var lead = await firm.ProspectAsync(
            "Sparse",
            "Reader",
            "sparse@example.com",
            message: "",
            address: writing.App.Address,
            reader: WritingFirm.Office
        );
        var page = await OpenAsync("/admin/templates");
        var addresses = await page.Locator(".template-name a")
            .EvaluateAllAsync<string[]>("links => links.map((link) => link.getAttribute('href'))");
        Assert.Contains("/admin/templates/welcome.es", addresses);

        foreach (var address in addresses)
        {
            await page.GotoAsync(address);
            var before = await page.EvaluateAsync<string[]>(Rendered, $"{lead}");
            foreach (var field in (string[])["subject", "html", "text"])
            {
                await Expect(page.NoteOf(field)).ToBeHiddenAsync();
                await Expect(page.EditorOf(field)).ToBeVisibleAsync();
                // Typed and taken back: now the editor has written it.
                await page.GoToEndAsync(field);
                await page.Keyboard.TypeAsync("x");
                await page.Keyboard.PressAsync("Backspace");
            }

            await Expect(page.Locator(".chip-unknown")).ToHaveCountAsync(0);
            Assert.Equal(before, await page.EvaluateAsync<string[]>(Rendered, $"{lead}"));
        }
    }

    [Fact]
    public async Task What_was_written_with_buttons_chips_and_conditions_is_saved_and_sent()
    {
        var looks = new Looks();
        var page = await OpenAsync("/admin/templates/confirmation");
        looks.Watch(page);
        await page.EditorOf("subject").FillAsync("");
        await page.Keyboard.TypeAsync("News for ");
        await page.ChooseAsync("subject", "Insert field", "Client's first name");

        var editor = page.EditorOf("html");
        await editor.FillAsync("");
        await page.Keyboard.TypeAsync("Dear ");
        await page.ChooseAsync("html", "Insert field", "Client's first name");
        await page.Keyboard.TypeAsync(", ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bold" }).ClickAsync();
        await page.Keyboard.TypeAsync("thank you");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bold" }).ClickAsync();
        await page.Keyboard.TypeAsync(" {{firm}} says.");
        await Expect(editor.Locator(".chip-field")).ToHaveTextAsync(["Client's first name", "Firm's name"]);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("We will call ");
        await page.ChooseAsync("html", "Insert field", "Client's phone");
        await page.ChooseAsync("html", "Only if…", "Only if the client gave a phone number");
        await Expect(editor.Locator(".when-label")).ToHaveTextAsync("Only if the client gave a phone number");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("- one");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("two");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("Yours, you wrote to us");
        await page.Keyboard.DownAsync("Shift");
        for (var letter = 0; letter < ", you wrote to us".Length; letter++)
            await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.UpAsync("Shift");
        await page.ChooseAsync("html", "Only if…", "Unless the client wrote a message");
        const string html = $$$"""
            {{{Paragraph}}}Dear {{first_name}}, <strong>thank you</strong> {{firm}} says.</p>
            {{#if phone}}
            {{{Paragraph}}}We will call {{phone}}</p>
            {{/if}}
            <ul style="margin:0 0 16px;padding-left:24px">
            <li>one</li>
            <li>two</li>
            </ul>
            {{{Paragraph}}}Yours{{#unless message}}, you wrote to us{{/unless}}</p>
            """;
        await Expect(page.SourceOf("html")).ToHaveValueAsync(html);

        await page.GetByRole(AriaRole.Button, new() { Name = "Write it from the email" }).ClickAsync();
        const string text = """
            Dear {{first_name}}, thank you {{firm}} says.

            {{#if phone}}We will call {{phone}}

            {{/if}}- one
            - two

            Yours{{#unless message}}, you wrote to us{{/unless}}
            """;
        await Expect(page.SourceOf("text")).ToHaveValueAsync(text);
        await Expect(page.Locator(".follow")).ToContainTextAsync("Follows the email above.");
        await Expect(page.Locator(".preview-subject strong")).ToContainTextAsync("News for ");
        await Expect(page.Locator(".preview-subject strong")).Not.ToContainTextAsync("{{");
        await looks.TakeAsync(page, "template-written");
        await SaveAsync(page);

        await page.GotoAsync("/admin/templates/confirmation");
        await Expect(page.SourceOf("subject")).ToHaveValueAsync("News for {{first_name}}");
        await Expect(page.SourceOf("html")).ToHaveValueAsync(html);
        await Expect(page.SourceOf("text")).ToHaveValueAsync(text);
        await Expect(page.Locator(".follow")).ToContainTextAsync("Follows the email above.");
        await Expect(editor.Locator(".when")).ToHaveAttributeAsync("data-words", "Unless the client wrote a message");

        await firm.ProspectAsync(
            "Zoë",
            "Sent",
            "sent@example.com",
            message: "",
            address: writing.App.Address,
            reader: WritingFirm.Office
        );
        var mail = await writing.App.MailWithAsync("<strong>thank you</strong>");
        Assert.Contains("<li>two</li>", mail, StringComparison.Ordinal);
        Assert.Contains("Yours, you wrote to us</p>", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("We will call", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_keyboard_alone_a_text_is_written_formatted_and_saved()
    {
        var page = await OpenAsync("/admin/templates/firm_welcome");
        await page.EditorOf("html").FillAsync("");
        await page.Keyboard.TypeAsync("Hello ");
        await page.Keyboard.PressAsync("Control+i");
        await page.Keyboard.TypeAsync("you");
        await page.Keyboard.PressAsync("Control+i");
        await page.Keyboard.TypeAsync(" ");

        // To the toolbar, along it, into a menu and to a field by the letters of its name.
        await page.Keyboard.PressAsync("Alt+F10");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Bold" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Italic" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.Menu("html", "Only if…")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Menuitem).Filter(new() { Visible = true }).First).ToBeFocusedAsync();
        await Accessibility.CheckAsync(page);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.TypeAsync("last");
        await Expect(
                page.GetByRole(AriaRole.Menuitem, new() { Name = "Client's last name" })
                    .Filter(new() { Visible = true })
            )
            .ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.EditorOf("html")).ToBeFocusedAsync();

        // A link, and behind it again.
        await page.Keyboard.TypeAsync(", see ");
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("nowhere");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync("type an address");
        await Accessibility.CheckAsync(page);
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("example.com/?a=1&b=2");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("our site");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("!");
        await page.Keyboard.PressAsync("Control+z");
        await page.Keyboard.PressAsync("Control+y");
        const string html =
            $$$"""{{{Paragraph}}}Hello <em>you</em> {{last_name}}, see <a href="https://example.com/?a=1&amp;b=2" style="color:#14524b">our site</a>!</p>""";
        await Expect(page.SourceOf("html")).ToHaveValueAsync(html);

        // Out of a condition by an arrow key.
        await page.GoToEndAsync("text");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("Call");
        await page.Keyboard.PressAsync("Shift+Home");
        await page.Keyboard.PressAsync("Alt+F10");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.TypeAsync("ing");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.TypeAsync(" out");
        Assert.EndsWith("\n{{#if phone}}Calling{{/if}} out", await page.SourceOf("text").InputValueAsync());

        // Tab leaves the editor; Enter in the subject saves.
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.EditorOf("text")).Not.ToBeFocusedAsync();
        await page.EditorOf("subject").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/admin/templates");
        await page.GotoAsync("/admin/templates/firm_welcome");
        await Expect(page.SourceOf("html")).ToHaveValueAsync(html);
    }

    [Theory]
    [InlineData("<dl><dt>One</dt><dd>{{firm}}</dd></dl>", "it has <dl>")]
    [InlineData("Words  of {{firm}}\n<b>alone</b>", "there are words outside of a paragraph")]
    [InlineData("<p>One\n<p>Two {{firm}}", "<p> is not closed")]
    [InlineData("<p><a href=\"https://a.example\">one {{#if phone}}two{{/if}}</a></p>", "would change what it means")]
    public async Task What_the_editor_cannot_show_opens_under_advanced_and_is_saved_letter_by_letter(
        string html,
        string why
    )
    {
        var page = await OpenAsync("/admin/templates/welcome");
        await page.WriteSourceAsync("html", html);
        await Expect(page.NoteOf("html")).ToContainTextAsync(why);
        await Expect(page.EditorOf("html")).ToBeHiddenAsync();
        await SaveAsync(page);

        await page.GotoAsync("/admin/templates/welcome");
        await Expect(page.NoteOf("html")).ToContainTextAsync(why);
        await Expect(page.EditorOf("html")).ToHaveCountAsync(0);
        await Expect(page.SourceOf("html")).ToBeVisibleAsync();
        await Expect(page.SourceOf("html")).ToHaveValueAsync(html);
        await Accessibility.CheckAsync(page);
        await page.EditorOf("subject").FocusAsync();
        await page.GoToEndAsync("subject");
        await page.Keyboard.TypeAsync("!");
        await SaveAsync(page);
        await page.GotoAsync("/admin/templates/welcome");
        await Expect(page.SourceOf("html")).ToHaveValueAsync(html);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go back to the original" }).ClickAsync();
        await page.WaitForURLAsync("**/admin/templates");
    }

    [Fact]
    public async Task Editor_and_source_follow_each_other_and_what_was_not_touched_is_not_rewritten()
    {
        var page = await OpenAsync("/admin/templates/mention");
        var original = await page.SourceOf("html").InputValueAsync();
        await page.EditorOf("html").ClickAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.SourceOf("html")).ToHaveValueAsync(original);

        await page.WriteSourceAsync("html", "<p>Dear {{by}}, {{#if phone}}call{{else}}write{{/if}}</p>");
        await Expect(page.EditorOf("html").Locator(".chip-field")).ToHaveTextAsync("Who wrote the note");
        await Expect(page.EditorOf("html").Locator(".when")).ToHaveTextAsync(["call", "write"]);
        await page.GoToEndAsync("html");
        await page.Keyboard.TypeAsync(" soon");
        await Expect(page.SourceOf("html"))
            .ToHaveValueAsync("<p>Dear {{by}}, {{#if phone}}call{{else}}write soon{{/if}}</p>");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.SourceOf("html"))
            .ToHaveValueAsync("<p>Dear {{by}}, {{#if phone}}call{{else}}write{{/if}}</p>");

        // Half of a tag is written: the editor waits until it is whole.
        await page.WriteSourceAsync("html", "<p>Dear <b>{{by}}</p>");
        await Expect(page.NoteOf("html")).ToBeVisibleAsync();
        await page.WriteSourceAsync("html", "<p>Dear <b>{{by}}</b></p>");
        await Expect(page.NoteOf("html")).ToBeHiddenAsync();
        await Expect(page.EditorOf("html").Locator("strong")).ToHaveTextAsync("Who wrote the note");

        await page.WriteSourceAsync("html", "<p>Dear {{nobody}}</p>");
        await Expect(page.EditorOf("html").Locator(".chip-unknown")).ToHaveTextAsync("Unknown field: nobody");
        await Expect(page.ErrorOf("html")).ToContainTextAsync("There is no merge field {{nobody}}");
        await Expect(page.EditorOf("html")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task What_is_cut_out_and_put_in_again_is_what_it_was()
    {
        var looks = new Looks();
        var page = await OpenAsync("/admin/templates/assigned");
        looks.Watch(page);
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var editor = page.EditorOf("html");
        await page.GoToEndAsync("html");
        await page.Keyboard.TypeAsync("x");
        await page.Keyboard.PressAsync("Backspace");
        var whole = await page.SourceOf("html").InputValueAsync();
        Assert.Contains("<table role=\"presentation\"", whole, StringComparison.Ordinal);

        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.PressAsync("Control+x");
        await Expect(page.SourceOf("html")).ToHaveValueAsync("");
        await page.Keyboard.PressAsync("Control+v");
        await Expect(page.SourceOf("html")).ToHaveValueAsync(whole);
        await looks.TakeAsync(page, "template-table");

        // From elsewhere: words, emphasis, links and lists; nothing that runs, no styles, no table.
        await editor.FillAsync("");
        await editor.EvaluateAsync(
            """
            (editor) => {
                const data = new DataTransfer();
                data.setData("text/html", `<b style="font-weight:normal"><p style="color:red" onclick="x()">Hi <span style="font-weight:700">all</span>
                    <a href="javascript:x()">no</a> <a href="https://a.example/?a=1&amp;b=2">yes</a> {{first_name}}</p><script>x()</script></b>`);
                data.setData("text/plain", "Hi");
                editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """
        );
        await Expect(page.SourceOf("html"))
            .ToHaveValueAsync(
                $$$"""{{{Paragraph}}}Hi <strong>all</strong> no <a href="https://a.example/?a=1&amp;b=2" style="color:#14524b">yes</a> {{first_name}}</p>"""
            );
    }

    [Fact]
    public async Task A_snippet_has_chips_as_well()
    {
        var looks = new Looks();
        var page = await OpenAsync("/snippets/new");
        looks.Watch(page);
        await page.GetByLabel("Name").FillAsync("With a chip");
        await page.EditorOf("subject").FillAsync("For {{first_name}}"); // in one go, as a dictation
        await page.EditorOf("text").FocusAsync();
        await Expect(page.EditorOf("subject").Locator(".chip-field")).ToHaveTextAsync("Client's first name");
        await page.Keyboard.TypeAsync("Dear {{first_name}},");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("We call you");
        await page.Keyboard.PressAsync("Shift+Home");
        await page.ChooseAsync("text", "Only if…", "Only if the client gave a phone number");
        await looks.TakeAsync(page, "snippet-written");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.WaitForURLAsync("**/snippets");

        await page.GetByRole(AriaRole.Link, new() { Name = "With a chip" }).ClickAsync();
        await Expect(page.SourceOf("subject")).ToHaveValueAsync("For {{first_name}}");
        await Expect(page.SourceOf("text")).ToHaveValueAsync("Dear {{first_name}},\n\n{{#if phone}}We call you{{/if}}");
        await Expect(page.EditorOf("text").Locator(".when"))
            .ToHaveAttributeAsync("data-words", "Only if the client gave a phone number");
    }

    [Fact]
    public async Task Who_reads_Spanish_writes_with_Spanish_words()
    {
        var page = await OpenAsync("/me");
        await ReadAsync(page, "es");
        await page.GotoAsync("/admin/templates/welcome.es");
        await Expect(page.EditorOf("html").Locator(".chip-field").First).ToHaveTextAsync("Nombre del cliente");
        await Expect(page.EditorOf("html").Locator(".when").First)
            .ToHaveAttributeAsync("data-words", "Solo si el cliente dio un teléfono");
        await page.Menu("html", "Solo si…").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Salvo si el cliente dio un teléfono" }))
            .ToBeVisibleAsync();
        await page.GotoAsync("/me");
        await ReadAsync(page, "en");

        static async Task ReadAsync(IPage page, string language)
        {
            await page.Locator("#f-language").SelectOptionAsync(language);
            await page.Locator("form[action='/me/language'] button[type=submit]").ClickAsync();
            await Expect(page.Locator($"html[lang={language}]")).ToHaveCountAsync(1);
        }
    }

    [Fact]
    public async Task Without_JavaScript_the_fields_are_there_as_they_are_written()
    {
        var page = await OpenAsync("/admin/templates/reassigned", javaScript: false);
        await Expect(page.EditorOf("html")).ToHaveCountAsync(0);
        await page.SourceOf("html").FillAsync("<p>By hand, {{by}}</p>");
        await page.SourceOf("subject").FillAsync("Lead {{number}} by hand");
        await SaveAsync(page);
        await page.GotoAsync("/admin/templates/reassigned");
        await Expect(page.SourceOf("html")).ToHaveValueAsync("<p>By hand, {{by}}</p>");
    }

    [Fact]
    public async Task Only_pages_that_write_emails_load_the_editor()
    {
        var page = await OpenAsync("/leads");
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        foreach (var other in (string[])["/leads", "/snippets", "/admin/templates", "/admin/settings"])
            await page.GotoAsync(other);
        Assert.DoesNotContain(asked, address => address.Contains("editor", StringComparison.Ordinal));

        var script = await page.RunAndWaitForResponseAsync(
            () => page.GotoAsync("/snippets/new"),
            answer => answer.Url.Contains("/lib/editor/editor", StringComparison.Ordinal)
        );
        Assert.Contains("immutable", await script.HeaderValueAsync("cache-control") ?? "", StringComparison.Ordinal);
        Assert.InRange((await script.BodyAsync()).Length, 100_000, 300_000);
    }

    private Task<IPage> OpenAsync(string path, bool javaScript = true) =>
        firm.SignedInAsync(WritingFirm.Office, path, javaScript, address: writing.App.Address);

    private static async Task SaveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/admin/templates");
    }
}
