using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>Open pages follow what happens, without a reload and without taking anything out of people's hands.</summary>
public sealed partial class LiveTests(Firm firm)
{
    [Fact]
    public async Task The_bell_rings_in_an_open_page_and_the_browser_says_why()
    {
        var number = await firm.ProspectAsync("Bell", "Ringer", "bell.ringer@example.com");
        var daniel = await firm.SignedInAsync(Firm.Daniel);
        await daniel.Context.GrantPermissionsAsync(["notifications"]);
        // What the browser would show, kept for looking at; the page must not be in front.
        await daniel.AddInitScriptAsync(
            """
            window.said = [];
            localStorage.setItem("anteroom.notify", "on");
            window.Notification = class { static permission = "granted"; constructor(text) { window.said.push(text); } };
            Object.defineProperty(document, "hidden", { get: () => true });
            """
        );
        await daniel.GotoAsync("/dashboard");
        await Firm.WithoutNewsAsync(daniel);

        var maria = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}");
        await maria.Locator("#compose-note summary").ClickAsync();
        await maria.Locator("#compose-note textarea").FillAsync($"@{Firm.Daniel} please call.");
        await maria.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await Expect(maria.Locator(".notice")).ToContainTextAsync("Note added");

        await Expect(daniel.Locator("[data-bell]")).ToBeVisibleAsync();
        await daniel.WaitForFunctionAsync(
            "() => window.said.includes('Maria Lopez mentioned you in a note about Bell Ringer')"
        );
        await daniel.Locator(".bell").ClickAsync();
        await daniel.GetByRole(AriaRole.Button, new() { Name = "Bell Ringer" }).First.ClickAsync();
        await daniel.WaitForURLAsync($"**/leads/{number}");
    }

    [Fact]
    public async Task What_comes_in_on_one_node_appears_in_the_open_page_of_another_which_survives_its_server()
    {
        await using var first = await AppProcess.StartAsync([(Firm.Maria, "Maria Lopez")]);
        var node = await AppProcess.StartBesideAsync(first);
        var port = new Uri(node.Address).Port;
        try
        {
            await firm.ProspectAsync("Ada", "Lovelace", "ada.live@example.com", address: first.Address);
            var page = await firm.SignedInAsync(Firm.Maria, "/dashboard", address: node.Address);
            var asked = new ConcurrentQueue<string>();
            page.Request += (_, request) =>
            {
                if (request.ResourceType is "fetch" or "document")
                    asked.Enqueue(new Uri(request.Url).PathAndQuery);
            };
            var today = page.Locator(".tile-value").First;
            await page.Locator(".own-days summary").ClickAsync();
            await page.GetByLabel("From").FillAsync("2026-01-31");
            await page.EvaluateAsync("window.isStill = true");
            var before = await NumberAsync(today);

            await firm.ProspectAsync("Grace", "Hopper", "grace.live@example.com", address: first.Address);
            await Expect(today).ToHaveTextAsync(Text(before + 1));
            await Expect(page).ToHaveTitleAsync(Titled());
            Assert.Equal("2026-01-31", await page.GetByLabel("From").InputValueAsync());

            // Nothing is asked for while nothing happens: only the page and the count, and those for changes.
            await firm.ProspectAsync("Alan", "Turing", "alan.live@example.com", address: first.Address);
            await Expect(today).ToHaveTextAsync(Text(before + 2));
            // The page may have begun to listen after we did.
            var listening = asked.Where(address => address.StartsWith("/live?since=", StringComparison.Ordinal));
            Assert.InRange(listening.Count(), 0, 1);
            Assert.All(
                asked.Except(listening, StringComparer.Ordinal),
                address => Assert.Contains(address, (string[])["/dashboard", "/live/unread"])
            );
            Assert.InRange(asked.Count(address => address == "/dashboard"), 2, 12);

            // The line is cut; when it is back, the page catches up.
            await node.DisposeAsync();
            await Expect(page.Locator("#live-corner")).ToContainTextAsync("Connection lost, trying again");
            await firm.ProspectAsync("Edsger", "Dijkstra", "edsger.live@example.com", address: first.Address);
            node = await AppProcess.StartBesideAsync(first, port);
            // It tries again after longer and longer pauses.
            await Expect(today).ToHaveTextAsync(Text(before + 3), new() { Timeout = 30_000 });
            await Expect(page.Locator("#live-corner")).Not.ToContainTextAsync("Connection lost");

            Assert.True(await page.EvaluateAsync<bool>("window.isStill"), "The page was loaded anew.");
            Assert.Equal("2026-01-31", await page.GetByLabel("From").InputValueAsync());
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_tabs_share_one_stream_and_signing_out_in_one_is_said_in_all()
    {
        await using var app = await AppProcess.StartAsync([(Firm.Maria, "Maria Lopez")]);
        await firm.ProspectAsync("Ada", "Lovelace", "ada.tabs@example.com", address: app.Address);
        var first = await firm.SignedInAsync(Firm.Maria, "/leads", address: app.Address);
        var listeners = new ConcurrentQueue<IPage>();
        first.Context.Request += (_, request) =>
        {
            if (new Uri(request.Url).AbsolutePath == "/live")
                listeners.Enqueue(request.Frame.Page);
        };
        await first.RunAndWaitForResponseAsync(
            () => first.ReloadAsync(),
            answer => new Uri(answer.Url).AbsolutePath == "/live"
        );
        var second = await first.Context.NewPageAsync();
        await second.GotoAsync("/leads");
        var newest = second.Locator(".row-link").First;
        await Expect(newest).ToHaveTextAsync("Ada Lovelace");
        await firm.ProspectAsync("Barbara", "Liskov", "barbara.live@example.com", address: app.Address);
        await Expect(newest).ToHaveTextAsync("Barbara Liskov");
        await Expect(first.Locator(".row-link").First).ToHaveTextAsync("Barbara Liskov");
        Assert.DoesNotContain(second, listeners);

        // What is ticked and where the focus is stays, and so does what is chosen on a row that leaves the list.
        await second.Keyboard.PressAsync("j");
        await second.Keyboard.PressAsync("x");

        // The tab that listened is closed: another takes over.
        await first.CloseAsync();
        await firm.ProspectAsync("Frances", "Allen", "frances.live@example.com", address: app.Address);
        await Expect(newest).ToHaveTextAsync("Frances Allen");
        Assert.Single(listeners, second);
        var chosen = second.Locator("[data-rows] > *").Filter(new() { HasText = "Barbara Liskov" });
        await Expect(chosen.GetByRole(AriaRole.Checkbox)).ToBeCheckedAsync();
        await Expect(chosen.Locator(".row-link")).ToBeFocusedAsync();

        var third = await second.Context.NewPageAsync();
        await third.GotoAsync("/leads");
        await third.Locator(".usermenu summary").ClickAsync();
        await third.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await third.WaitForURLAsync("**/signin");
        await Expect(second.Locator("#live-corner")).ToContainTextAsync("You have been signed out.");
        await second.Locator("#live-corner").GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await second.WaitForURLAsync("**/signin?returnUrl=%2Fleads");
    }

    private static async Task<long> NumberAsync(ILocator figure) =>
        long.Parse(await figure.InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\(\d+\+?\) Dashboard · ", RegexOptions.None, 1000)]
    private static partial Regex Titled();
}
