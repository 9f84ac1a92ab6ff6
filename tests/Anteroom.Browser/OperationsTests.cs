using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>What an administrator does with queues, and what an open page shows of it by itself.</summary>
public sealed class OperationsTests(Firm firm)
{
    [Fact]
    public async Task A_paused_kind_shows_in_an_open_page_and_waits_until_it_is_resumed_and_an_item_can_be_canceled()
    {
        await using var app = await AppProcess.StartAsync([(Firm.Maria, "Maria Lopez")]);
        var watching = await firm.SignedInAsync(Firm.Maria, "/admin/queues", address: app.Address);
        await watching.EvaluateAsync("window.isStill = true");
        var page = await firm.SignedInAsync(Firm.Maria, "/admin/queues/emails.confirmation", address: app.Address);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.Locator(".notice").First).ToContainTextAsync("Paused on every node");

        await firm.ProspectAsync("Ada", "Paused", "ada.paused@example.com", address: app.Address);
        var row = watching.Locator("[id='q-emails.confirmation']");
        await Expect(row).ToContainTextAsync("Paused", new() { Timeout = 20_000 });
        await Expect(row.Locator(".q-waiting")).ToHaveTextAsync("1", new() { Timeout = 20_000 });
        Assert.True(await watching.EvaluateAsync<bool>("window.isStill"));

        await page.GotoAsync("/admin/queues?state=waiting&queue=emails.confirmation");
        await page.Locator(".item-link").First.ClickAsync();
        await Expect(page.Locator(".item-facts")).ToContainTextAsync("a…@example.com");
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator("h2 .pill")).ToHaveTextAsync("Canceled");

        await page.GotoAsync("/admin/queues/emails.confirmation");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Expect(page.Locator(".notice").First).ToContainTextAsync("Resumed");
    }
}
