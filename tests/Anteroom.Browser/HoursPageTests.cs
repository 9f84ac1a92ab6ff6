using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>An administrator tells Anteroom when the firm is open.</summary>
public sealed class HoursPageTests(Firm firm)
{
    private readonly Looks _looks = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrator_sets_hours_and_holidays_and_is_told_what_is_wrong(bool javaScript)
    {
        await using var app = await AppProcess.StartAsync([("office", "Grace Whitfield")]);
        var page = await firm.SignedInAsync("office", "/admin/hours", javaScript, address: app.Address);
        if (javaScript)
            _looks.Watch(page);
        await page.GetByLabel("In these hours").CheckAsync();

        // A closed day shows no times; opened, it does.
        await Expect(page.GetByLabel("Saturday from", new() { Exact = true })).ToBeHiddenAsync();
        await page.GetByLabel("Saturday", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("Saturday from", new() { Exact = true }).FillAsync("13:00");
        await page.GetByLabel("Saturday until", new() { Exact = true }).FillAsync("10:00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator("#summary"))
            .ToContainTextAsync("Saturday: the end has to be later than the beginning.");
        await Expect(page.GetByLabel("Saturday from", new() { Exact = true })).ToHaveValueAsync("13:00");
        if (javaScript)
            await _looks.TakeAsync(page, "hours-errors");
        await page.GetByLabel("Saturday from", new() { Exact = true }).FillAsync("09:00");

        await page.GetByLabel("Monday from", new() { Exact = true }).FillAsync("08:30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy Monday to Friday" }).ClickAsync();
        await Expect(page.GetByLabel("Friday from", new() { Exact = true })).ToHaveValueAsync("08:30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Fill in" }).ClickAsync();
        await Expect(page.GetByLabel("Thanksgiving Day, day")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Columbus Day" }).ClickAsync();
        await Expect(page.GetByLabel("Columbus Day, day")).ToHaveCountAsync(0);

        // Enter in a field saves.
        await page.GetByLabel("Thanksgiving Day, name").PressAsync("Enter");
        await Expect(page.Locator(".notice").First).ToContainTextAsync("Saved.");
        await Expect(page.Locator(".lead-in")).ToContainTextAsync("Right now you are");
        await Expect(page.GetByLabel("Saturday until", new() { Exact = true })).ToHaveValueAsync("10:00");
        await Expect(page.GetByLabel("Thanksgiving Day, day")).ToBeVisibleAsync();
        if (javaScript)
            await _looks.TakeAsync(page, "hours");

        var visitor = await firm.VisitAsync("/", address: app.Address);
        await Expect(visitor.Locator(".contact"))
            .ToContainTextAsync(
                "Monday to Friday, from 8:30 a.m. to 5:00 p.m.; Saturday, from 9:00 a.m. to 10:00 a.m."
            );
    }
}
