using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>What people of the firm do on a lead's page, by mouse and by keyboard, with JavaScript and without.</summary>
public sealed class LeadPageTests(Firm firm, Showcase showcase)
{
    [Fact]
    public async Task What_was_typed_when_the_session_ended_is_there_after_signing_in_and_gone_once_it_was_sent()
    {
        var number = await firm.ProspectAsync("Draft", Word(), "draft@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}");
        await page.Locator("#compose-note summary").ClickAsync();
        var note = page.Locator("#compose-note textarea");
        await note.FillAsync("A long story");
        await page.Context.ClearCookiesAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await page.GetByLabel("User name or email").FillAsync(Firm.Maria);
        await page.GetByLabel("Password").FillAsync(AppProcess.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await page.WaitForURLAsync($"**/leads/{number}");
        await Expect(note).ToHaveValueAsync("A long story");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await Expect(page.Locator(".notice")).ToContainTextAsync("Note added");
        await Expect(note).ToHaveValueAsync("");
        Assert.Equal(0, await DraftsAsync());

        await page.Locator("#compose-note summary").ClickAsync();
        await note.FillAsync("Another");
        Assert.Equal(1, await DraftsAsync());
        await page.Locator(".usermenu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/signin");
        Assert.Equal(0, await DraftsAsync());

        Task<int> DraftsAsync() =>
            page.EvaluateAsync<int>(
                "Object.keys(sessionStorage).filter((key) => key.startsWith('anteroom-draft')).length"
            );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_attorney_works_a_lead_from_first_sight_to_the_end(bool javaScript)
    {
        var word = Word();
        var number = await firm.ProspectAsync("Walk", word, $"walk.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}?view=q%3D{word}", javaScript);
        await Expect(page.Locator(".wait")).ToContainTextAsync("left to reach out");
        Assert.Equal(
            $"mailto:walk.{word}@example.com",
            await page.Locator(".btn-reach").First.GetAttributeAsync("href")
        );
        await Expect(page.Locator(".copy").First).ToBeVisibleAsync(new() { Visible = javaScript });

        // A note that names a colleague.
        await page.Locator("#compose-note summary").ClickAsync();
        var note = page.Locator("#compose-note textarea");
        await note.FillAsync("**Called** her, @");
        if (javaScript)
        {
            await note.PressSequentiallyAsync("dan");
            await Expect(page.Locator("#mentions li:visible")).ToHaveCountAsync(1);
            Assert.True(
                await page.EvaluateAsync<bool>(
                    """
                    () => {
                        const item = document.querySelector("#mentions li:not([hidden])").getBoundingClientRect();
                        const field = document.querySelector("#compose-note textarea").getBoundingClientRect();
                        const seen = document.elementFromPoint(item.left + item.width / 2, item.top + item.height / 2);
                        // On top of everything, and at the caret in the first of the field's lines.
                        return seen?.closest("#mentions") !== null && item.top < field.top + 60 && item.left > field.left + 40;
                    }
                    """
                )
            );
            await page.Keyboard.PressAsync("Enter");
            await Expect(note).ToHaveValueAsync("**Called** her, @daniel ");
        }
        else
            await note.FillAsync("**Called** her, @daniel ");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await Expect(page.Locator(".notice")).ToContainTextAsync("Mentioned colleagues have been emailed");
        await Expect(page.Locator(".prose strong").First).ToHaveTextAsync("Called");
        await Expect(page.Locator(".prose .mention")).ToHaveTextAsync("@daniel");

        // A task, ticked off.
        await page.Locator("#compose-task summary").ClickAsync();
        await page.GetByLabel("Task", new() { Exact = true }).FillAsync("Send the fee agreement");
        await page.GetByLabel("By when").FillAsync("2099-01-31");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add task" }).ClickAsync();
        await Expect(page.Locator("#tasks")).ToContainTextAsync("Due Jan 31, 2099");
        await page.GetByRole(AriaRole.Button, new() { Name = "Tick off: Send the fee agreement" }).ClickAsync();
        await Expect(page.Locator(".task-done")).ToContainTextAsync("Done by Maria Lopez");

        // A tag, on and off.
        await page.GetByLabel("Add a tag").FillAsync($"Tag {word}");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".tag")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = $"Remove the tag Tag {word}" }).ClickAsync();
        await Expect(page.Locator(".tag")).ToHaveCountAsync(0);

        // An email begun with a text: preview, then send.
        await page.Locator("#compose-email summary").ClickAsync();
        await page.GetByLabel("Use a snippet").SelectOptionAsync(new SelectOptionValue { Label = "More documents" });
        if (!javaScript)
            await page.GetByRole(AriaRole.Button, new() { Name = "Insert" }).ClickAsync();
        await Expect(page.Locator("#email-text"))
            .ToHaveValueAsync(new Regex($"Dear Walk {word},", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview", Exact = true }).ClickAsync();
        await Expect(page.Locator(".letter")).ToContainTextAsync("Maria Lopez <");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(page.Locator(".notice")).ToContainTextAsync("Email sent");
        for (var tries = 0; tries < 100 && !await page.Locator(".wait-kept").IsVisibleAsync(); tries++)
            await page.ReloadAsync();
        await Expect(page.Locator(".wait-kept")).ToContainTextAsync("First contact after");
        await Expect(page.Locator("#status")).ToContainTextAsync("Maria Lopez reached out");
        await page.Locator(".entry-email", new() { HasText = "What we still need" })
            .GetByRole(AriaRole.Button, new() { Name = "Send again" })
            .ClickAsync();
        await Expect(page.Locator(".flag", new() { HasText = "Sent again" })).ToBeVisibleAsync();

        // The way on, and out, with a reason.
        await page.GetByRole(AriaRole.Button, new() { Name = "Consultation agreed" }).ClickAsync();
        await Expect(page.Locator(".stage-now")).ToContainTextAsync("Consultation");
        await page.GetByLabel("In your own words (optional)").FillAsync("Went to another firm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark as lost" }).ClickAsync();
        await Expect(page.Locator(".history")).ToContainTextAsync("to Lost: Went to another firm");
        await page.GetByRole(AriaRole.Link, new() { Name = "Notes", Exact = true }).ClickAsync();
        await Expect(page.Locator(".history > li")).ToHaveCountAsync(1);
        await Expect(page.Locator(".crumbs a")).ToHaveAttributeAsync("href", $"/leads?q={word}");
        if (javaScript) // which axe is
            await Accessibility.CheckAsync(page);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lead_is_declined_with_its_letter_in_one_step(bool javaScript)
    {
        var word = Word();
        var number = await firm.ProspectAsync("No", word, $"no.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}", javaScript);

        await page.GetByRole(AriaRole.Link, new() { Name = "Decline with a letter" }).ClickAsync();
        await page.GetByLabel("Reason for declining").SelectOptionAsync("Conflict of interest");
        await Expect(page.GetByLabel("Letter", new() { Exact = true }))
            .ToHaveValueAsync(new Regex($"Dear No {word},", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GetByRole(AriaRole.Button, new() { Name = "Decline and print" }).ClickAsync();

        await Expect(page.Locator(".notice")).ToContainTextAsync("Declined. The letter is among the files");
        await Expect(page.Locator("#status")).ToContainTextAsync("“Conflict of interest”");
        await Expect(page.Locator("#files-card")).ToContainTextAsync($"Letter to No {word}");
        await Expect(page.Locator(".history")).ToContainTextAsync("for printing (SHA-256 ");
        if (javaScript) // which axe is
            await Accessibility.CheckAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".stage-now")).ToContainTextAsync("Registered");
    }

    [Fact]
    public async Task By_keyboard_alone_facts_are_corrected_and_duplicates_become_one()
    {
        var word = Word();
        var first = await firm.ProspectAsync("Key", word, $"key.{word}@example.com");
        var second = await firm.ProspectAsync("Keys", word, $"KEY.{word}@example.com", "It is me again.");
        var page = await firm.SignedInAsync(Firm.Maria, $"/leads/{second}?view=q%3D{word}");
        await Expect(page.Locator("#duplicates")).ToContainTextAsync("same email");

        await page.Locator("#facts a", new() { HasText = "Edit" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/leads/{second}/edit*");
        await page.GetByLabel("Phone").FillAsync("12");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.ErrorOf("phone")).ToContainTextAsync("too short");
        await Accessibility.CheckAsync(page);
        await page.GetByLabel("Phone").FillAsync("+1 202 555 0142");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".history")).ToContainTextAsync("phone: (none) → +1 202 555 0142");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Call" }).First)
            .ToHaveAttributeAsync("href", "tel:+12025550142");

        await page.GetByRole(AriaRole.Link, new() { Name = "Next", Exact = false }).First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/leads/{first}?view=*");
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare and merge" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Are these two the same person?");
        await Accessibility.CheckAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge them" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".notice")).ToContainTextAsync("Leads merged");
        await Expect(page.Locator(".history")).ToContainTextAsync("It is me again.");
        await Expect(page.Locator(".lead-head")).ToContainTextAsync("(202) 555-0142");
        await Expect(page.Locator(".document")).ToContainTextAsync($"Came with lead {second}");
        await page.GotoAsync($"/leads/{second}");
        await page.WaitForURLAsync($"**/leads/{first}");
        await Accessibility.CheckAsync(page);
    }

    [Fact]
    public async Task Two_who_look_at_the_same_lead_see_each_other()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Seen", word, $"seen.{word}@example.com");
        var maria = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}");
        await maria.ReloadAsync();
        await maria.RunAndWaitForResponseAsync(
            () => maria.ReloadAsync(),
            answer => answer.Url.Contains("/presence", StringComparison.Ordinal)
        );
        var daniel = await firm.SignedInAsync(Firm.Daniel, $"/leads/{number}");
        await Expect(daniel.Locator("#presence")).ToContainTextAsync("Maria Lopez is looking at this too");
        await Expect(maria.Locator("#presence"))
            .ToContainTextAsync("Daniel Okafor is looking at this too", new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task A_resume_is_shown_beside_the_facts()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Read", word, $"read.{word}@example.com");
        await using var browser = await firm.LaunchWithPdfAsync();
        var page = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}", browser: browser);
        var blocked = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                blocked.Add(message.Text);
        };
        await page.ReloadAsync();
        await page.Locator(".resume-frame").ScrollIntoViewIfNeededAsync();
        var frame = await (await page.Locator(".resume-frame").ElementHandleAsync()).ContentFrameAsync();
        await frame!.WaitForURLAsync("**/resume/preview");
        if (Repository.TakesPictures)
            await page.Locator(".resume-card")
                .ScreenshotAsync(new() { Path = Path.Combine(Repository.Screens, "lead-resume-1280-light.png") });
        Assert.Empty(blocked);
    }

    [Fact]
    public async Task A_browser_without_a_viewer_saves_no_resume_that_nobody_asked_for()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Saved", word, $"saved.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, "/leads");
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await page.GotoAsync($"/leads/{number}");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open it in a new tab" }))
            .ToHaveAttributeAsync("href", $"/leads/{number}/resume/preview");
        await Expect(page.Locator(".resume-frame")).ToBeHiddenAsync();
        Assert.Contains(asked, address => address.Contains("/js/lead", StringComparison.Ordinal));
        Assert.DoesNotContain(asked, address => address.Contains("/preview", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_pages_of_leads_tasks_and_texts_are_fit_to_be_seen()
    {
        var looks = new Looks();
        var page = await firm.SignedInAsync("office", "/leads/60", address: showcase.Firm.Address);
        looks.Watch(page);
        await page.Locator("#compose-note summary").ClickAsync();
        await page.Locator("#compose-note textarea")
            .FillAsync(
                "She **called**, wants to know:\n\n- what it costs\n- how long it takes\n\n@office can you answer? See [the court](https://court.example/)."
            );
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        foreach (
            var (task, day) in new[]
            {
                ("Send the fee agreement", "2020-01-31"),
                ("Ask for the lease", "2099-01-31"),
                ("Check for conflicts", ""),
            }
        )
        {
            await page.Locator("#compose-task summary").ClickAsync();
            await page.GetByLabel("Task", new() { Exact = true }).FillAsync(task);
            await page.GetByLabel("By when").FillAsync(day);
            await page.GetByRole(AriaRole.Button, new() { Name = "Add task" }).ClickAsync();
        }

        foreach (var tag in new[] { "Urgent", "Referral", "Spanish" })
        {
            await page.GetByLabel("Add a tag").FillAsync(tag);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.Locator(".tag", new() { HasText = tag })).ToBeVisibleAsync();
        }

        await page.Locator("#compose-email summary").ClickAsync();
        await looks.TakeAsync(page, "lead-writing");
        await page.GotoAsync("/leads/60/edit");
        await looks.TakeAsync(page, "lead-edit");
        await page.GotoAsync("/leads/60/merge?other=59");
        await looks.TakeAsync(page, "lead-merge");
        await page.GotoAsync("/tasks");
        await looks.TakeAsync(page, "tasks");
        await page.GotoAsync("/snippets");
        await looks.TakeAsync(page, "snippets");
        await page.GotoAsync("/snippets/new");
        await page.EditorOf("subject").FillAsync("Hello {{frist_name}}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await looks.TakeAsync(page, "snippet-errors");
    }

    private static string Word() => "w" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..10];
}
