using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

public sealed class PublicFormTests(Firm firm)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prospect_sends_the_form_and_gets_a_code(bool javaScript)
    {
        var page = await firm.VisitAsync("/", javaScript);
        await page.FillInAsync("Zoë", "O'Neil-Núñez", Address("sends"));
        await page.GetByLabel("Phone").FillAsync("+1 415 555 0132");
        await page.GetByLabel("What is it about?").SelectOptionAsync("Employment");
        await page.Message().FillAsync("First line\nSecond line");
        await page.Send().ClickAsync();

        await page.WaitForURLAsync("**/thanks/*");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Thank you");
        await Expect(page.Locator(".number")).ToHaveTextAsync(new Uri(page.Url).Segments[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Errors_stand_beside_their_fields_and_everything_typed_is_kept(bool javaScript)
    {
        var page = await firm.VisitAsync("/", javaScript);
        await page.FirstName().FillAsync("Ada");
        await page.Email().FillAsync("ada at example");
        await page.Message().FillAsync("\nStarts with an empty line");
        await page.GetByLabel("What is it about?").SelectOptionAsync("Family");
        await page.Send().ClickAsync();

        await Expect(page.Summary()).ToBeFocusedAsync();
        await Expect(page.Summary()).ToHaveAttributeAsync("role", "alert");
        await Expect(page.ErrorOf("last_name")).ToBeVisibleAsync();
        await Expect(page.ErrorOf("email")).ToBeVisibleAsync();
        await Expect(page.ErrorOf("resume")).ToBeVisibleAsync();
        await Expect(page.ErrorOf("first_name")).ToBeHiddenAsync();
        await Expect(page.LastName()).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.LastName())
            .ToHaveAccessibleDescriptionAsync(await page.ErrorOf("last_name").InnerTextAsync());
        await Expect(page.FirstName()).ToHaveValueAsync("Ada");
        await Expect(page.Email()).ToHaveValueAsync("ada at example");
        await Expect(page.Message()).ToHaveValueAsync("\nStarts with an empty line");
        await Expect(page.GetByLabel("What is it about?")).ToHaveValueAsync("Family");
        if (javaScript) // axe waits for timers, which a page without JavaScript never sees
            await Accessibility.CheckAsync(page);

        await page.Summary().GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.LastName()).ToBeFocusedAsync();

        await page.LastName().FillAsync("Lovelace");
        if (javaScript)
        {
            // An error leaves when its field is right, and its line on top with it; another language keeps what was typed.
            await Expect(page.ErrorOf("last_name")).ToBeHiddenAsync();
            await Expect(page.Summary()).ToContainTextAsync("2 things need your attention");
            await page.Email().FillAsync("ada at");
            await Expect(page.ErrorOf("email")).ToBeVisibleAsync();
            await page.Email().FillAsync("ada@example.com");
            await Expect(page.ErrorOf("email")).ToBeHiddenAsync();
            await page.Resume().SetInputFilesAsync(SampleFiles.Resume());
            await Expect(page.Summary()).ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Link, new() { Name = "Español" }).ClickAsync();
            await Expect(page.Locator("#f-last-name")).ToHaveValueAsync("Lovelace");
            await Expect(page.Locator("#f-message")).ToHaveValueAsync("\nStarts with an empty line");
            await Expect(page.Locator("#again")).ToContainTextAsync("Vuelva a elegir");
            await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        }
        await page.Email().FillAsync(Address("mended"));
        await page.Resume().SetInputFilesAsync(SampleFiles.Resume());
        await page.Send().ClickAsync();
        await page.WaitForURLAsync("**/thanks/*");
        if (!javaScript)
            return;
        await page.GotoAsync("/");
        await Expect(page.LastName()).ToHaveValueAsync("");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_whose_password_manager_filled_in_the_hidden_field_ticks_a_box_and_sends(bool javaScript)
    {
        var page = await firm.VisitAsync("/", javaScript);
        await page.FillInAsync("Ada", "Lovelace", Address("person"));
        var hidden = page.Locator("[name=website]");
        await Expect(hidden).Not.ToBeInViewportAsync(new() { Ratio = 1 });
        await hidden.FillAsync("https://me.example", new() { Force = true });
        await page.Send().ClickAsync();

        await Expect(page.Summary()).ToBeFocusedAsync();
        await Expect(page.FirstName()).ToHaveValueAsync("Ada");
        if (javaScript)
            await Accessibility.CheckAsync(page);
        else
            await page.Resume().SetInputFilesAsync(SampleFiles.Resume());
        await page.GetByLabel("I am a person").CheckAsync();
        await page.Send().ClickAsync();
        await page.WaitForURLAsync("**/thanks/*");
    }

    [Fact]
    public async Task Whoever_presses_Send_at_once_on_a_form_that_the_browser_filled_in_is_seen_to_be_a_person()
    {
        var page = await firm.VisitAsync("/");
        Assert.Equal("", await page.Locator("[name=hand]").InputValueAsync());
        await page.FillInAsync("Ada", "Lovelace", Address("quick"));
        Assert.Equal("", await page.Locator("[name=hand]").InputValueAsync()); // as a browser fills in: no key, no button

        await page.Send().HoverAsync();
        await page.Mouse.DownAsync();
        Assert.Equal("seen", await page.Locator("[name=hand]").InputValueAsync());
        await page.Mouse.UpAsync();
        await page.WaitForURLAsync("**/thanks/*");
    }

    [Fact]
    public async Task What_was_typed_survives_a_closed_tab_for_a_day_and_can_be_cleared()
    {
        var first = await firm.VisitAsync("/");
        await Expect(first.Locator("#kept")).ToBeHiddenAsync();
        await first.FillInAsync("Ada", "Lovelace", Address("kept"));
        await first.Message().FillAsync("It is about my house.");
        await first.GetByLabel("What is it about?").SelectOptionAsync("Family");
        await Expect(first.Locator("#kept")).ToBeVisibleAsync();
        await Accessibility.CheckAsync(first);
        Assert.DoesNotContain(
            "resume.pdf",
            await first.EvaluateAsync<string>("localStorage.getItem('anteroom-apply')"),
            StringComparison.Ordinal
        );
        await first.CloseAsync();

        var second = await first.Context.NewPageAsync();
        await second.GotoAsync("/");
        await Expect(second.FirstName()).ToHaveValueAsync("Ada");
        await Expect(second.Message()).ToHaveValueAsync("It is about my house.");
        await Expect(second.GetByLabel("What is it about?")).ToHaveValueAsync("Family");
        await Expect(second.Locator("#again")).ToBeVisibleAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Clear what I typed" }).ClickAsync();
        await Expect(second.FirstName()).ToHaveValueAsync("");
        await Expect(second.FirstName()).ToBeFocusedAsync();
        await Expect(second.Locator("#kept")).ToBeHiddenAsync();
        await second.ReloadAsync();
        await Expect(second.Message()).ToHaveValueAsync("");

        await second.Message().FillAsync("A day ago.");
        await second.EvaluateAsync(
            """
            () => {
              const draft = JSON.parse(localStorage.getItem("anteroom-apply"));
              localStorage.setItem("anteroom-apply", JSON.stringify({ ...draft, at: Date.now() - 25 * 60 * 60 * 1000 }));
            }
            """
        );
        await second.ReloadAsync();
        await Expect(second.Message()).ToHaveValueAsync("");
        Assert.Null(await second.EvaluateAsync<string?>("localStorage.getItem('anteroom-apply')"));
    }

    [Fact]
    public async Task What_was_sent_is_no_longer_kept_on_the_device()
    {
        var page = await firm.VisitAsync("/");
        await page.FillInAsync("Ada", "Lovelace", Address("sent"));
        await page.Send().ClickAsync();
        await page.WaitForURLAsync("**/thanks/*");

        Assert.Null(await page.EvaluateAsync<string?>("localStorage.getItem('anteroom-apply')"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_with_one_name_ticks_a_box(bool javaScript)
    {
        var page = await firm.VisitAsync("/", javaScript);
        await page.FirstName().FillAsync("Suharto");
        await page.GetByLabel("I have only one name").CheckAsync();
        if (javaScript)
        {
            await Expect(page.LastName()).ToBeDisabledAsync();
            await Accessibility.CheckAsync(page);
        }

        await page.Email().FillAsync(Address("one"));
        await page.Resume().SetInputFilesAsync(SampleFiles.Resume());
        await page.Send().ClickAsync();
        await page.WaitForURLAsync("**/thanks/*");
    }

    [Theory]
    [InlineData("gmail.con", "gmail.com")]
    [InlineData("gmial.com", "gmail.com")]
    [InlineData("gmail", "gmail.com")]
    [InlineData("hotmial.es", "hotmail.es")]
    [InlineData("yahoo.co", "yahoo.com")]
    [InlineData("outlok.com", "outlook.com")]
    [InlineData("iclould.com", "icloud.com")]
    [InlineData("aol.con", "aol.com")]
    [InlineData("gmx.com", null)]
    [InlineData("ymail.com", null)]
    [InlineData("yahoo.fr", null)]
    [InlineData("hotmail.co.uk", null)]
    [InlineData("bol.com", null)]
    [InlineData("small.com", null)]
    [InlineData("example.com", null)]
    public async Task A_mistyped_provider_is_offered_right_by_a_key_and_is_never_in_the_way(string typed, string? meant)
    {
        var page = await firm.VisitAsync("/");
        var offer = page.Locator("#meant button");
        await page.FillInAsync("Jane", "Doe", $"jane@{typed}");
        await page.Message().FocusAsync();
        if (meant is null)
        {
            await Expect(offer).ToHaveCountAsync(0);
            return;
        }

        await Expect(page.Locator("#meant")).ToHaveTextAsync($"Did you mean jane@{meant}?");
        await Accessibility.CheckAsync(page);
        await offer.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Email()).ToHaveValueAsync($"jane@{meant}");
        await Expect(page.Email()).ToBeFocusedAsync();
        await Expect(offer).ToHaveCountAsync(0);
        await Expect(page.LastName()).ToHaveValueAsync("Doe");
        await Expect(page.Locator(".chosen")).ToContainTextAsync("resume.pdf");
    }

    [Fact]
    public async Task A_mistyped_provider_is_sent_as_it_is_by_somebody_who_does_not_mind()
    {
        var page = await firm.VisitAsync("/");
        await page.FillInAsync("Jane", "Doe", $"jane-{Guid.NewGuid():N}@gmail.con");
        await page.Send().ClickAsync();
        await page.WaitForURLAsync("**/thanks/*");
    }

    [Fact]
    public async Task With_JavaScript_the_chosen_file_survives_an_error_elsewhere()
    {
        var page = await firm.VisitAsync("/");
        await page.FillInAsync("Ada", "Lovelace", "not an address");
        await page.Send().ClickAsync();
        await Expect(page.ErrorOf("email")).ToBeVisibleAsync();
        await Expect(page.Locator(".chosen")).ToContainTextAsync("resume.pdf");

        await page.Email().FillAsync(Address("survives"));
        await page.Send().ClickAsync();
        await page.WaitForURLAsync("**/thanks/*");
    }

    [Fact]
    public async Task Without_JavaScript_the_page_says_that_the_file_must_be_chosen_again()
    {
        var page = await firm.VisitAsync("/", javaScript: false);
        await page.FillInAsync("Ada", "Lovelace", "not an address");
        await page.Send().ClickAsync();
        await Expect(page.Locator("#again")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_dropped_file_is_shown_and_can_be_removed()
    {
        var page = await firm.VisitAsync("/");
        await DropAsync(page, "Lebenslauf & Zeugnisse.pdf", 2048);
        await Expect(page.Locator(".chosen")).ToContainTextAsync("Lebenslauf & Zeugnisse.pdf");
        await Expect(page.Locator(".chosen")).ToContainTextAsync("2 KB");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.Locator(".chosen")).ToBeHiddenAsync();
        await Expect(page.Resume()).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData("photo.jpg", 2048, "PDF")]
    [InlineData("empty.pdf", 0, "empty")]
    [InlineData("large.pdf", 11 * 1024 * 1024, "10 MB")]
    public async Task A_file_that_cannot_be_right_is_named_before_it_is_sent(string name, int bytes, string words)
    {
        var page = await firm.VisitAsync("/");
        await DropAsync(page, name, bytes);
        await Expect(page.ErrorOf("resume")).ToContainTextAsync(words);
    }

    [Fact]
    public async Task A_slow_upload_shows_its_progress_and_cannot_be_sent_twice()
    {
        var page = await firm.VisitAsync("/");
        await page.FillInAsync("Slow", "Line", Address("slow"), SampleFiles.Resume(bytes: 300_000));
        var weight = await Weight.OfAsync(page);
        await weight.OfPageIsAtMostAsync(60 * 1024, "/");
    }

    private static string Address(string who) => $"{who}.{Guid.NewGuid():N}@example.com";

    private static async Task DropAsync(IPage page, string name, int bytes)
    {
        var transfer = await page.EvaluateHandleAsync(
            """
            ([name, bytes]) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([new Uint8Array(bytes)], name));
              return transfer;
            }
            """,
            new object[] { name, bytes }
        );
        foreach (var step in (string[])["dragenter", "dragover", "drop"])
            await page.DispatchEventAsync("#drop", step, new { dataTransfer = transfer });
    }
}
