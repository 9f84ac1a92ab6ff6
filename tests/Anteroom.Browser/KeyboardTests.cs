using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>The workspace without a mouse: keys, the sheet that lists them, the palette, a lead by phone.</summary>
public sealed partial class KeyboardTests(Firm firm)
{
    [Fact]
    public async Task Keys_lead_everywhere_and_the_sheet_shows_them_and_turns_them_off()
    {
        var page = await firm.SignedInAsync(Firm.Maria, "/dashboard");
        await page.Keyboard.PressAsync("?");
        var sheet = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await Expect(sheet).ToBeVisibleAsync();
        await Expect(sheet).ToContainTextAsync("New lead by phone");
        await Expect(sheet).ToContainTextAsync("Reports");
        await Accessibility.CheckAsync(page);
        await page.Keyboard.PressAsync("c"); // not while a dialog is open
        await page.Keyboard.PressAsync("Escape");
        await Expect(sheet).ToBeHiddenAsync();

        await firm.ProspectAsync("Mary", "Somerville", "mary.keys@example.com");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("l");
        await page.WaitForURLAsync("**/leads");
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".row-link").Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("x");
        await Expect(page.Locator("[data-rows] > *").First.GetByRole(AriaRole.Checkbox)).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("x");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/leads/*");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("b");
        await page.WaitForURLAsync("**/board");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("d");
        await page.WaitForURLAsync("**/dashboard");
        await page.Keyboard.PressAsync("Control+c"); // the browser's
        await page.Keyboard.PressAsync("c");
        await page.WaitForURLAsync("**/leads/new");
        await page.GetByLabel("First name").FillAsync("");
        await page.GetByLabel("First name").PressSequentiallyAsync("gldc?");
        await Expect(page.GetByLabel("First name")).ToHaveValueAsync("gldc?");

        await page.GetByRole(AriaRole.Heading, new() { Name = "New lead" }).ClickAsync();
        await page.Keyboard.PressAsync("?");
        await sheet.GetByLabel("Enable single-key shortcuts on this device").UncheckAsync();
        await sheet.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("d");
        await page.GotoAsync("/dashboard");
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("Control+k"); // no single key: always works
        await Expect(page.Locator("#palette-q")).ToBeFocusedAsync();
        Assert.EndsWith("/dashboard", page.Url, StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".usermenu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keyboard shortcuts" }).ClickAsync();
        await sheet.GetByLabel("Enable single-key shortcuts on this device").CheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("c");
        await page.WaitForURLAsync("**/leads/new");
    }

    [Fact]
    public async Task The_palette_finds_leads_places_and_actions_by_keyboard_and_by_touch()
    {
        var word = $"q{Guid.NewGuid():N}"[..9];
        var number = await firm.ProspectAsync("Ärla", word, $"{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, "/reports");
        await page.GetByRole(AriaRole.Link, new() { Name = "Search or jump" }).ClickAsync();
        var field = page.Locator("#palette-q");
        await Expect(field).ToBeFocusedAsync();
        var options = page.Locator("#palette-list").GetByRole(AriaRole.Option);
        await Expect(options.Filter(new() { HasText = "Dashboard" })).ToBeVisibleAsync();
        await Accessibility.CheckAsync(page);

        await field.FillAsync("dshb"); // fuzzy
        await Expect(options.First).ToContainTextAsync("Dashboard");
        await field.FillAsync(word);
        await Expect(options).ToHaveCountAsync(1);
        await Expect(options.First).ToContainTextAsync($"Ärla {word}");
        await Expect(field).ToHaveAttributeAsync("aria-activedescendant", "palette-0");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**/leads/{number}");

        await page.Keyboard.PressAsync("Control+k");
        await field.FillAsync("new lead");
        await Expect(options.First).ToContainTextAsync("New lead by phone");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/leads/new");

        page = await firm.SignedInAsync(Firm.Maria, "/dashboard", width: 390);
        await page.GetByRole(AriaRole.Link, new() { Name = "Search or jump" }).ClickAsync();
        await Field(page).FillAsync($"{number}");
        await page.Locator("#palette-list").GetByRole(AriaRole.Option).Filter(new() { HasText = word }).ClickAsync();
        await page.WaitForURLAsync($"**/leads/{number}");
        await page.GetByRole(AriaRole.Link, new() { Name = "Search or jump" }).ClickAsync();
        await Field(page).FillAsync("zzzzqqqq");
        await Expect(page.Locator("#palette-state")).ToHaveTextAsync("Nothing matches.");

        static ILocator Field(IPage page) => page.Locator("#palette-q");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_who_calls_is_entered_by_hand(bool javaScript)
    {
        var word = $"w{Guid.NewGuid():N}"[..9];
        var page = await firm.SignedInAsync(Firm.Daniel, "/leads", javaScript);
        await page.GetByRole(AriaRole.Link, new() { Name = "New lead by phone" }).ClickAsync();
        await page.GetByLabel("First name").FillAsync("Grace");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create lead" }).ClickAsync();
        await Expect(page.ErrorOf("last_name")).ToBeVisibleAsync();
        await page.GetByLabel("Last name").FillAsync(word);
        await page.Locator("#f-email").FillAsync($"{word}@example.com");
        await page.GetByLabel("How did they find you?").SelectOptionAsync("Walk-in");
        await page.GetByLabel("Who takes it?").SelectOptionAsync("Me");
        await page.GetByLabel("I have spoken to them").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create lead" }).ClickAsync();
        await page.WaitForURLAsync(Lead());
        await Expect(page.Locator("main")).ToContainTextAsync("entered this lead by hand (walk-in)");
        await Expect(page.Locator("main")).ToContainTextAsync("Reached out");

        await page.GotoAsync("/leads/new");
        await page.GetByLabel("First name").FillAsync("Grace");
        await page.GetByLabel("Last name").FillAsync(word);
        await page.Locator("#f-email").FillAsync($"{word}@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create lead" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("A lead with this address already exists");
        await Expect(page.GetByLabel("Last name")).ToHaveValueAsync(word);
    }

    [GeneratedRegex(@"/leads/\d+$", RegexOptions.None, 1000)]
    private static partial Regex Lead();
}
