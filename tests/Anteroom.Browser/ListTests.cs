using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>The list of leads as people work it, with and without script.</summary>
public sealed class ListTests(Firm firm)
{
    [Fact]
    public async Task The_list_is_searched_filtered_sorted_kept_and_worked_by_mouse()
    {
        var word = Word();
        for (var i = 0; i < 6; i++)
            await firm.ProspectAsync($"List{(char)('f' - i)}", word, $"l{i}.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria);
        List<string> errors = [];
        page.PageError += (_, error) => errors.Add(error);

        // Search as one types: no reload, the address follows.
        await page.EvaluateAsync("window.same = true");
        await page.GetByRole(AriaRole.Searchbox).PressSequentiallyAsync(word);
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(6, new() { Timeout = 30_000 });
        await Expect(page).ToHaveURLAsync(new Regex($"q={word}", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.True(await page.EvaluateAsync<bool>("window.same === true"));

        // A filter by the form, then its chip taken away.
        await page.Locator("summary", new() { HasText = "Add filter" }).ClickAsync();
        await page.GetByLabel("Registered", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).First.ClickAsync();
        await Expect(page.Locator(".chip")).ToContainTextAsync("Registered");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(6);
        await page.Locator(".chip").ClickAsync();
        await Expect(page.Locator(".chip")).ToHaveCountAsync(0);

        // Sorted by a head.
        await page.GetByRole(AriaRole.Link, new() { Name = "Name", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "Name" }))
            .ToHaveAttributeAsync("aria-sort", "ascending");
        await Expect(page.Locator(".row-link").First).ToHaveTextAsync($"Lista {word}");

        // Kept as a view, with the question in it.
        await page.Locator("summary", new() { HasText = "Save view" }).ClickAsync();
        await page.GetByLabel("Save this view as").FillAsync($"View {word}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator(".views [aria-current=page]")).ToContainTextAsync($"View {word}");
        await Expect(page.Locator(".row-link").First).ToHaveTextAsync($"Lista {word}");

        // Unread until it is opened.
        await Expect(page.Locator("tr.unread")).ToHaveCountAsync(6);
        await page.Locator(".row-link").First.ClickAsync();
        await page.WaitForURLAsync("**/leads/*");
        await page.GoBackAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("tr.unread")).ToHaveCountAsync(5);

        // A range with shift; what is done comes up with an undo.
        await Expect(page.Locator("[data-selection]")).ToBeHiddenAsync();
        await page.Locator("tbody input[name=lead]").Nth(1).ClickAsync();
        await page.Locator("tbody input[name=lead]").Nth(4).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(page.Locator("[data-selection-count]")).ToHaveTextAsync("4 selected");
        await page.GetByLabel("Move to", new() { Exact = true }).SelectOptionAsync("Lost");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("4 leads moved to Lost.");
        await Expect(page.Locator(".c-status .status-lost")).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("4 leads are as they were before.");
        await Expect(page.Locator(".c-status .status-registered")).ToHaveCountAsync(6);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close this message" }).ClickAsync();
        await Expect(page.Locator("[data-toast]")).ToHaveCountAsync(0);

        // The whole page, by keyboard; Escape lets go.
        await page.Locator("#select-page").FocusAsync();
        await page.Keyboard.PressAsync(" ");
        await Expect(page.Locator("[data-selection-count]")).ToHaveTextAsync("6 selected");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-selection]")).ToBeHiddenAsync();
        await Accessibility.CheckAsync(page);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task The_list_works_without_script(int width)
    {
        var word = Word();
        for (var i = 0; i < 3; i++)
            await firm.ProspectAsync($"Plain{i}", word, $"n{i}.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, javaScript: false, width: width);

        await page.GetByRole(AriaRole.Searchbox).FillAsync(word);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.Locator("summary", new() { HasText = "Add filter" }).ClickAsync();
        await page.Locator("#f-assigned-to").SelectOptionAsync("Nobody");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).First.ClickAsync();
        await Expect(page.Locator(".chip")).ToContainTextAsync("Nobody");

        // Columns: one more, moved to the front.
        await page.Locator("summary", new() { HasText = "Columns" }).ClickAsync();
        if (!await page.Locator("[name=column][value=phone][type=checkbox]").IsCheckedAsync())
        {
            await page.Locator("[name=column][value=phone][type=checkbox]").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).Last.ClickAsync();
        }
        else
            await page.Locator("summary", new() { HasText = "Columns" }).ClickAsync(); // it covers what comes next
        await Expect(page.Locator("tbody .c-phone")).ToHaveCountAsync(3);

        await page.Locator("tbody input[name=lead]").First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("1 lead moved to the trash.");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
    }

    private static string Word() => "l" + Guid.NewGuid().ToString("N")[..8];

    [Fact]
    public async Task A_column_keeps_the_width_that_somebody_gave_it()
    {
        var word = Word();
        await firm.ProspectAsync("Wide", word, $"{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria);
        await page.GotoAsync($"/leads?q={word}");
        var head = page.Locator("th[data-column=status]");
        var before = (await head.BoundingBoxAsync())!.Width;

        await head.GetByRole(AriaRole.Separator).FocusAsync();
        for (var i = 0; i < 5; i++)
            await page.Keyboard.PressAsync("ArrowRight");
        Assert.InRange((await head.BoundingBoxAsync())!.Width, before + 60, before + 100);

        await page.ReloadAsync();
        await Expect(page.Locator("table.sized")).ToBeVisibleAsync();
        Assert.InRange((await head.BoundingBoxAsync())!.Width, before + 60, before + 100);
        await Accessibility.CheckAsync(page);
        await head.GetByRole(AriaRole.Separator).DblClickAsync();
        await Expect(page.Locator("table.sized")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task On_a_phone_a_lead_that_is_drawn_to_the_left_shows_what_is_done_most()
    {
        var word = $"s{Guid.NewGuid():N}"[..9];
        var number = await firm.ProspectAsync("Swipe", word, $"{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, width: 390);
        await page.GotoAsync($"/leads?q={word}");
        var row = page.Locator($"#lead-{number}");
        await row.EvaluateAsync(
            """
            (row) => {
                const touch = (x) => new Touch({ identifier: 1, target: row, clientX: x, clientY: 300 });
                row.dispatchEvent(new TouchEvent("touchstart", { touches: [touch(300)], bubbles: true }));
                row.dispatchEvent(new TouchEvent("touchend", { changedTouches: [touch(200)], bubbles: true }));
            }
            """
        );

        var strip = row.Locator(".swipe-strip");
        await Expect(strip.GetByRole(AriaRole.Link, new() { Name = "Email" }))
            .ToHaveAttributeAsync("href", $"mailto:{word}@example.com");
        await strip.GetByRole(AriaRole.Button, new() { Name = "Reached out" }).ClickAsync();
        await Expect(page.Locator($"#lead-{number} .c-status")).ToContainTextAsync("Reached out");
    }
}
