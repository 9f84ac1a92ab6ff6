using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>The board, by mouse, finger, keyboard and menu, with and without script.</summary>
public sealed class BoardTests(Firm firm)
{
    [Fact]
    public async Task Cards_are_moved_by_mouse_and_keyboard_and_the_server_has_the_last_word()
    {
        var word = Word();
        var first = await firm.ProspectAsync("Ada", word, $"a.{word}@example.com");
        var second = await firm.ProspectAsync("Bea", word, $"b.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria);
        await page.GotoAsync($"/board?q={word}");
        var registered = page.Locator("#column-registered");
        var reachedOut = page.Locator("#column-reached_out");
        await Expect(registered.Locator("[data-count]")).ToHaveTextAsync("2");

        // By mouse; closed columns look closed while the card is on the way.
        await PickUpAsync(page, $"#lead-{second}");
        await Expect(page.Locator("#column-retained"))
            .ToHaveClassAsync(new Regex("closed", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(reachedOut).Not.ToHaveClassAsync(new Regex("closed", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await DropAsync(page, "#column-reached_out");
        await Expect(reachedOut.Locator($"#lead-{second}")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("1 lead moved to Reached out.");
        await Expect(registered.Locator("[data-count]")).ToHaveTextAsync("1");
        await Expect(reachedOut.Locator("[data-count]")).ToHaveTextAsync("1");

        // An illegal one goes back and says why.
        await PickUpAsync(page, $"#lead-{first}");
        await DropAsync(page, "#column-retained");
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("A lead cannot go from Registered to Retained.");
        await Expect(registered.Locator($"#lead-{first}")).ToBeVisibleAsync();
        // It was a drag and no click.
        Assert.Contains("/board", page.Url, StringComparison.Ordinal);

        // By keyboard, announced.
        var says = page.Locator("#board-says");
        await page.Locator($"#lead-{first} .row-link").FocusAsync();
        await page.Keyboard.PressAsync(" ");
        await Expect(says).ToContainTextAsync("lifted from Registered");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(says).ToContainTextAsync("Consultation: not possible from here.");
        await page.Keyboard.PressAsync("Escape");
        await Expect(says).ToContainTextAsync("stays in Registered");
        await page.Keyboard.PressAsync(" ");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync(" ");
        await Expect(reachedOut.Locator($"#lead-{first}")).ToBeVisibleAsync();
        await Expect(page.Locator($"#lead-{first} .row-link")).ToBeFocusedAsync();
        await Expect(says).ToContainTextAsync($"Ada {word} moved to Reached out.");

        // Somebody else was faster.
        var daniel = await firm.SignedInAsync(Firm.Daniel);
        await daniel.GotoAsync($"/board?q={word}");
        await Firm.WithoutNewsAsync(page);
        await MenuAsync(daniel, first, "Consultation");
        await Expect(daniel.Locator($"#column-consultation #lead-{first}")).ToBeVisibleAsync();
        await PickUpAsync(page, $"#lead-{first}");
        await DropAsync(page, "#column-lost");
        await Expect(page.Locator("[data-toast]"))
            .ToContainTextAsync("Daniel Okafor changed this lead to Consultation");
        await Expect(reachedOut.Locator($"#lead-{first}")).ToBeVisibleAsync();

        // The menu, and back by the toast.
        await page.ReloadAsync();
        await MenuAsync(page, second, "Declined");
        var why = page.Locator("#decline");
        await Expect(why).ToContainTextAsync("Decline Bea");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator($"#column-reached_out #lead-{second}")).ToBeVisibleAsync();
        await MenuAsync(page, second, "Declined");
        await why.GetByLabel("Reason for declining").SelectOptionAsync("No capacity");
        await Accessibility.CheckAsync(page);
        await why.GetByRole(AriaRole.Button, new() { Name = "Decline", Exact = true }).ClickAsync();
        await Expect(page.Locator($"#column-declined #lead-{second}:not(.saving)")).ToBeVisibleAsync();
        await Accessibility.CheckAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator($"#column-reached_out #lead-{second}")).ToBeVisibleAsync();

        // The same question as a list, and back.
        await page.GetByRole(AriaRole.Link, new() { Name = "List", Exact = true }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_slow_move_and_a_live_update_draw_one_card_in_its_place_and_count_it_once()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Ada", word, $"a.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria);
        await page.GotoAsync($"/board?q={word}");

        // The request is on its way when somebody writes: the server does not know of the move yet.
        var there = new TaskCompletionSource();
        var back = new TaskCompletionSource();
        await page.RouteAsync(
            "**/board/*/status?*",
            async route =>
            {
                await there.Task;
                var answer = await route.FetchAsync();
                await back.Task;
                await route.FulfillAsync(new() { Response = answer });
            }
        );
        await MenuAsync(page, number, "Reached out");
        await RecordAsync(page, number);
        var second = await firm.ProspectAsync("Bea", word, $"b.{word}@example.com");
        await Expect(page.Locator($"#column-registered #lead-{second}")).ToBeVisibleAsync();
        await StandsAsync("reached_out", registered: 1, reachedOut: 1);
        await Expect(page.Locator($"#lead-{number}.saving")).ToHaveCountAsync(1);

        // The answer is on its way back: the server does.
        there.SetResult();
        await Expect(page.Locator($"#lead-{number}[data-status='reached_out']")).ToHaveCountAsync(1);
        var third = await firm.ProspectAsync("Cid", word, $"c.{word}@example.com");
        await Expect(page.Locator($"#column-registered #lead-{third}")).ToBeVisibleAsync();
        await StandsAsync("reached_out", registered: 2, reachedOut: 1);

        back.SetResult();
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("1 lead moved to Reached out.");
        await Expect(page.Locator($"#lead-{number}.saving")).ToHaveCountAsync(0);
        await StandsAsync("reached_out", registered: 2, reachedOut: 1);
        await page.UnrouteAllAsync();

        // A page that was asked for before a move and comes after its answer says nothing about it.
        var old = new TaskCompletionSource();
        var isAsked = new TaskCompletionSource();
        await page.RouteAsync(
            $"**/board?q={word}",
            async route =>
            {
                var answer = await route.FetchAsync();
                isAsked.TrySetResult();
                await old.Task;
                await route.FulfillAsync(new() { Response = answer });
            }
        );
        var fourth = await firm.ProspectAsync("Dora", word, $"d.{word}@example.com");
        await isAsked.Task;
        await MenuAsync(page, second, "Reached out");
        await RecordAsync(page, second);
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("1 lead moved to Reached out.");
        old.SetResult();
        await Expect(page.Locator($"#column-registered #lead-{fourth}")).ToBeVisibleAsync();
        await Expect(page.Locator($"#lead-{second}.saving")).ToHaveCountAsync(0);
        await StandsAsync("reached_out", registered: 2, reachedOut: 2);
        await Expect(page.Locator($"#column-reached_out #lead-{second}")).ToHaveCountAsync(1);
        await page.UnrouteAllAsync();

        // Whatever was drawn meanwhile: no card went back, and each was there once.
        Assert.All(await RecordedAsync(page, number, atLeast: 4), place => Assert.Equal("reached_out", place));
        Assert.All(await RecordedAsync(page, second, atLeast: 2), place => Assert.Equal("reached_out", place));

        // What does not reach the server goes back.
        await page.RouteAsync("**/board/*/status?*", route => route.AbortAsync());
        await MenuAsync(page, number, "Lost");
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("The move did not reach the server. Try again.");
        await Expect(page.Locator($"#lead-{number}.saving")).ToHaveCountAsync(0);
        await StandsAsync("reached_out", registered: 2, reachedOut: 2);
        await Expect(page.Locator("#column-lost [data-count]")).ToHaveTextAsync("0");
        await Expect(page.Locator($"#lead-{number} .row-link")).ToBeFocusedAsync();

        async Task StandsAsync(string column, int registered, int reachedOut)
        {
            await Expect(page.Locator($"#lead-{number}")).ToHaveCountAsync(1);
            await Expect(page.Locator($"#column-{column} #lead-{number}")).ToHaveCountAsync(1);
            await Expect(page.Locator("#column-registered [data-count]")).ToHaveTextAsync($"{registered}");
            await Expect(page.Locator("#column-reached_out [data-count]")).ToHaveTextAsync($"{reachedOut}");
        }
    }

    /// <summary>Remembers where the card stands each time that the page draws itself anew.</summary>
    private static async Task RecordAsync(IPage page, long number) =>
        await page.EvaluateAsync(
            """
            (number) => {
                const places = (window[`places-${number}`] = []);
                document.addEventListener("live:updated", () => {
                    const cards = [...document.querySelectorAll(`[id="lead-${number}"]`)];
                    places.push(cards.map((card) => card.closest(".board-column").dataset.status).join());
                });
            }
            """,
            number
        );

    private static async Task<string[]> RecordedAsync(IPage page, long number, int atLeast)
    {
        var places = $"window['places-{number}']";
        await page.WaitForFunctionAsync($"() => {places}.length >= {atLeast}");
        return await page.EvaluateAsync<string[]>(places);
    }

    [Fact]
    public async Task A_finger_lifts_a_card_after_a_moment_and_a_column_goes_on_as_it_scrolls()
    {
        var word = Word();
        var numbers = new List<long>();
        for (var i = 0; i < 56; i++)
            numbers.Add(await firm.ProspectAsync($"Touch{(char)('a' + (i % 26))}", word, $"t{i}.{word}@example.com"));
        var page = await firm.SignedInAsync(Firm.Maria, width: 390);
        await page.GotoAsync($"/board?q={word}");
        var touch = await page.Context.NewCDPSessionAsync(page);
        await touch.SendAsync("Emulation.setTouchEmulationEnabled", new() { ["enabled"] = true });

        var card = page.Locator($"#lead-{numbers[^1]}");
        var box = (await card.BoundingBoxAsync())!;
        await TouchAsync("touchStart", box.X + 60, box.Y + 30);
        await Expect(page.Locator(".ghost")).ToBeVisibleAsync();
        // To the right edge, where the board goes along until the next column is under the finger.
        await TouchAsync("touchMove", 380, box.Y + 40);
        await Expect(page.Locator("#column-reached_out"))
            .ToHaveClassAsync(new Regex("over", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await TouchAsync("touchEnd", null, null);
        await Expect(page.Locator($"#column-reached_out #lead-{numbers[^1]}")).ToHaveCountAsync(1);

        // The rest of the column comes as it is scrolled to.
        await page.Locator("#column-registered .board-head").ScrollIntoViewIfNeededAsync();
        await page.WaitForFunctionAsync(
            """
            () => {
                const body = document.querySelector("#column-registered .board-body");
                body.scrollTop = body.scrollHeight;
                return body.querySelectorAll(".lead-card").length === 55;
            }
            """
        );

        Task TouchAsync(string type, double? x, double? y) =>
            touch.SendAsync(
                "Input.dispatchTouchEvent",
                new()
                {
                    ["type"] = type,
                    ["touchPoints"] = x is null
                        ? Array.Empty<object>()
                        : new object[]
                        {
                            new Dictionary<string, object> { ["x"] = x, ["y"] = y! },
                        },
                }
            );
    }

    [Theory]
    [InlineData(12, false)]
    [InlineData(14, false)]
    [InlineData(14, true)]
    public async Task A_card_that_newer_ones_push_out_stays_in_its_column(int before, bool scrolledBefore)
    {
        var word = Word();
        var numbers = new List<long>();
        for (var i = 0; i < before; i++)
            numbers.Add(await firm.ProspectAsync($"Push{(char)('a' + (i % 26))}", word, $"p{i}.{word}@example.com"));
        var page = await firm.SignedInAsync(Firm.Maria);
        await page.GotoAsync($"/board?q={word}");
        var first = page.Locator("#cards-registered .lead-card");
        await Expect(first).ToHaveCountAsync(12);
        if (scrolledBefore)
            await ScrollAsync();

        foreach (var name in (string[])["Nina", "Olga"])
        {
            numbers.Add(await firm.ProspectAsync(name, word, $"{name}.{word}@example.com"));
            await Expect(page.Locator($"#cards-registered #lead-{numbers[^1]}")).ToBeVisibleAsync();
        }

        await Expect(first).ToHaveCountAsync(12);
        await ScrollAsync();
        Assert.Equal(
            numbers.OrderDescending().Select(number => $"lead-{number}"),
            await page.Locator("#column-registered .lead-card")
                .EvaluateAllAsync<string[]>("cards => cards.map((card) => card.id)")
        );

        Task ScrollAsync() =>
            page.WaitForFunctionAsync(
                """
                (all) => {
                    const body = document.querySelector("#column-registered .board-body");
                    body.scrollTop = body.scrollHeight;
                    return body.querySelectorAll(".lead-card").length === all;
                }
                """,
                numbers.Count
            );
    }

    [Fact]
    public async Task A_column_stays_folded_until_it_is_unfolded()
    {
        var page = await firm.SignedInAsync(Firm.Maria);
        await page.GotoAsync("/board");
        var lost = page.Locator("#column-lost");
        await lost.GetByRole(AriaRole.Button, new() { Name = "Lost" }).ClickAsync();
        await Expect(lost.Locator(".board-body")).ToBeHiddenAsync();
        await page.ReloadAsync();
        await Expect(lost.Locator(".board-body")).ToBeHiddenAsync();
        await Accessibility.CheckAsync(page);
        await lost.GetByRole(AriaRole.Button, new() { Name = "Lost" }).ClickAsync();
        await Expect(lost.Locator(".board-body")).ToBeVisibleAsync();
        Assert.InRange(await page.EvaluateAsync<int>("document.querySelectorAll('*').length"), 300, 2_500);
    }

    [Fact]
    public async Task The_board_works_without_script()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Cara", word, $"c.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, javaScript: false, width: 390);
        await page.GotoAsync($"/board?q={word}");
        await MenuAsync(page, number, "Reached out");
        await Expect(page.Locator($"#column-reached_out #lead-{number}")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator($"#column-registered #lead-{number}")).ToBeVisibleAsync();
    }

    private static async Task MenuAsync(IPage page, long number, string status)
    {
        var card = page.Locator($"#lead-{number}");
        await card.Locator("summary").ClickAsync();
        await card.GetByRole(AriaRole.Button, new() { Name = status }).ClickAsync();
    }

    private static async Task PickUpAsync(IPage page, string card)
    {
        var box = (await page.Locator(card).BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + 40, box.Y + 20);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + 60, box.Y + 30, new() { Steps = 4 });
        await Expect(page.Locator(".ghost")).ToBeVisibleAsync();
    }

    private static async Task DropAsync(IPage page, string column)
    {
        await page.Locator(column).ScrollIntoViewIfNeededAsync();
        var box = (await page.Locator(column).BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 120, new() { Steps = 6 });
        await page.Mouse.UpAsync();
    }

    private static string Word() => "b" + Guid.NewGuid().ToString("N")[..8];
}
