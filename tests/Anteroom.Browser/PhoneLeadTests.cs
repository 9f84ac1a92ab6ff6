using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>Somebody calls who has no email address: entered while they talk, called back, and reached out to.</summary>
public sealed class PhoneLeadTests(Firm firm)
{
    [Fact]
    public async Task A_caller_is_entered_without_an_address_shown_as_a_duplicate_while_typing_and_marked_after_the_call()
    {
        var word = $"Ring{Guid.NewGuid().ToString("N")[..8]}";
        var phone = $"212-555-{Random.Shared.Next(1_000, 9_999)}";
        var page = await firm.SignedInAsync(Firm.Maria, "/leads/new");
        await Expect(page.GetByLabel("First name")).ToBeFocusedAsync();
        await FillAsync(page, "Paula");
        await Expect(page.Locator("#same-person")).ToBeHiddenAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Create lead" }).ClickAsync();

        await page.WaitForURLAsync("**/leads/*");
        await Expect(page.Locator(".notice").First).ToContainTextAsync("created");
        await Expect(page.Locator("#lead-head")).ToContainTextAsync("No email address.");
        await Expect(page.Locator("#lead-head")).ToContainTextAsync("Needs a phone call");
        await Accessibility.CheckAsync(page);
        var lead = new Uri(page.Url).AbsolutePath;

        // The same person again: said while typing, before anything is saved.
        await page.GotoAsync("/leads/new");
        await FillAsync(page, "Paulina");
        var same = page.Locator("#same-person");
        await Expect(same).ToBeVisibleAsync();
        await Expect(same.Locator($"a[href='{lead}']")).ToContainTextAsync($"Paula {word}");
        await Accessibility.CheckAsync(page);

        await page.GotoAsync(lead);
        Assert.StartsWith(
            "tel:+1212555",
            await page.Locator(".btn-reach[href^=tel]").GetAttributeAsync("href"),
            StringComparison.Ordinal
        );
        await page.GetByRole(AriaRole.Button, new() { Name = "Mark as reached out" }).ClickAsync();
        await Expect(page.Locator("#status .stage-now")).ToContainTextAsync("Reached out");
        await Expect(page.Locator("#status")).ToContainTextAsync("Maria Lopez reached out");
        await Expect(page.Locator("#lead-head")).Not.ToContainTextAsync("Needs a phone call");

        async Task FillAsync(IPage form, string firstName)
        {
            await form.GetByLabel("First name").FillAsync(firstName);
            await form.GetByLabel("Last name").FillAsync(word);
            await form.GetByLabel("Phone").PressSequentiallyAsync(phone);
        }
    }
}
