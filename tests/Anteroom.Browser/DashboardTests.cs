using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>How the firm does, on one page.</summary>
public sealed class DashboardTests(Firm firm)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_looks_at_any_days_and_at_the_leads_behind_a_figure(bool javaScript)
    {
        await firm.ProspectAsync("Katherine", "Johnson", "katherine@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, "/dashboard", javaScript);
        await Expect(page.Locator(".tile")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Link, new() { Name = "7 days" }).ClickAsync();
        await page.WaitForURLAsync("**/dashboard?period=7d");
        await Expect(page.Locator("#dashboard")).ToContainTextAsync("Public form");
        await page.Locator(".chart-table summary").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "New leads by week, as a table" }))
            .ToBeVisibleAsync();

        await page.Locator(".own-days summary").ClickAsync();
        await page.GetByLabel("From").FillAsync("2026-01-01");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("2026-01-31");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/dashboard?from=2026-01-01&to=2026-01-31");
        await Expect(page.Locator("main")).ToContainTextAsync("January 1 to 31, 2026");

        await page.Locator(".tile-value a").First.ClickAsync();
        await page.WaitForURLAsync("**/leads?created_from=*");
        await Expect(page.Locator(".row-link").First).ToBeVisibleAsync();
    }
}
