using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

public sealed class WorkspaceTests(Firm firm)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Somebody_of_the_firm_signs_in_and_out(bool javaScript)
    {
        var page = await firm.SignedInAsync(Firm.Maria, "/leads", javaScript);
        await Expect(page.Locator(".usermenu")).ToContainTextAsync("Maria Lopez");
        await page.Locator(".usermenu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.WaitForURLAsync("**/signin");
        await page.GotoAsync("/leads");
        await page.WaitForURLAsync("**/signin?returnUrl=%2Fleads");
    }

    [Theory]
    [InlineData("maria", "wrong password")]
    [InlineData("nobody", "wrong password")]
    public async Task A_refusal_does_not_tell_which_accounts_exist(string userName, string password)
    {
        var page = await firm.VisitAsync("/signin");
        await page.GetByLabel("User name or email").FillAsync(userName);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("The username and password do not match, or there were too many failed attempts.");
        await Expect(page.GetByLabel("User name or email")).ToHaveValueAsync(userName);
        await Expect(page.GetByLabel("Password")).ToHaveValueAsync("");
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task Signing_in_leads_nowhere_outside(string returnUrl)
    {
        var page = await firm.VisitAsync($"/signin?returnUrl={Uri.EscapeDataString(returnUrl)}");
        await page.GetByLabel("User name or email").FillAsync(Firm.Maria);
        await page.GetByLabel("Password").FillAsync(AppProcess.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync(firm.Address + "/leads");
    }

    [Fact]
    public async Task The_list_shows_the_newest_first_and_finds_by_name_and_address()
    {
        var word = Word();
        await firm.ProspectAsync("Älter", word, $"first.{word}@example.com");
        var number = await firm.ProspectAsync("Jünger", word, $"second.{word}@example.com");

        var page = await firm.SignedInAsync(Firm.Maria);
        await Expect(page.Locator(".row-link").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync(word);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.Locator(".row-link")).ToHaveTextAsync([$"Jünger {word}", $"Älter {word}"]);

        await page.GetByRole(AriaRole.Searchbox).FillAsync($"FIRST.{word}");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".row-link")).ToHaveTextAsync([$"Älter {word}"]);

        await page.GotoAsync($"/leads?q={word}");
        await page.Locator("tbody tr").First.Locator(".c-received").ClickAsync(new() { Force = true });
        await page.WaitForURLAsync($"**/leads/{number}*");
    }

    [Fact]
    public async Task Tabs_filter_by_status_and_keep_the_search()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Tab", word, $"tab.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria);
        await page.GotoAsync($"/leads?q={word}");
        var tabs = page.GetByRole(AriaRole.Navigation, new() { Name = "Status" });
        await Expect(tabs.GetByRole(AriaRole.Link, new() { Name = "Registered" })).ToHaveTextAsync("Registered 1");
        await tabs.GetByRole(AriaRole.Link, new() { Name = "Reached out" }).ClickAsync();
        await Expect(page.Locator(".empty-state")).ToContainTextAsync("No lead matches");
        Assert.Contains("status=reached_out", page.Url, StringComparison.Ordinal);

        await tabs.GetByRole(AriaRole.Link, new() { Name = "Registered" }).ClickAsync();
        await Expect(page.Locator(".c-number")).ToHaveTextAsync([number.ToString(CultureInfo.InvariantCulture)]);
        Assert.Contains(word, page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_go_older_and_newer_and_keep_the_filters()
    {
        var word = Word();
        var numbers = new List<long>();
        for (var i = 0; i < 52; i++)
            numbers.Add(await firm.ProspectAsync($"Page{(char)('a' + (i % 26))}", word, $"p{i}.{word}@example.com"));

        var page = await firm.SignedInAsync(Firm.Maria);
        await page.GotoAsync($"/leads?q={word}&status=registered");
        await Expect(page.Locator(".row-link")).ToHaveCountAsync(50);
        await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
        await Expect(page.Locator(".c-number")).ToHaveTextAsync([$"{numbers[1]}", $"{numbers[0]}"]);
        Assert.Contains("status=registered", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Newer" }).ClickAsync();
        await Expect(page.Locator(".c-number").First).ToHaveTextAsync($"{numbers[^1]}");
        await Expect(page.Locator(".row-link")).ToHaveCountAsync(50);
    }

    [Theory]
    [InlineData("/leads?status=xyz", 400, "registered, reached_out")]
    [InlineData("/leads?before=abc", 400, "before=120")]
    [InlineData("/leads?before=1&after=2", 400, "not both")]
    [InlineData("/leads/999999999", 404, "999999999")]
    [InlineData("/leads/abc", 404, "nothing here")]
    [InlineData("/leads/999999999/resume", 404, "999999999")]
    [InlineData("/thanks/0", 404, "nothing here")]
    [InlineData("/thanks/x", 404, "nothing here")]
    [InlineData("/setup?token=spent", 410, "does not work")]
    public async Task A_mistyped_address_gets_a_page_that_says_so(string path, int status, string words)
    {
        var page = await firm.SignedInAsync(Firm.Maria);
        var response = await page.GotoAsync(path);
        Assert.Equal(status, response!.Status);
        await Expect(page.Locator("main")).ToContainTextAsync(words);
        await Accessibility.CheckAsync(page);
    }

    [Fact]
    public async Task A_leads_page_shows_everything_and_an_attorney_marks_it_as_reached_out()
    {
        var word = Word();
        var number = await firm.ProspectAsync(
            "<b>Bold</b>",
            word,
            $"lead.{word}@example.com",
            "One\n\n<script>alert(1)</script>"
        );
        var page = await firm.SignedInAsync(Firm.Daniel, $"/leads/{number}");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"<b>Bold</b> {word}");
        await Expect(page.Locator(".message"))
            .ToHaveTextAsync("One\n\n<script>alert(1)</script>", new() { UseInnerText = true });
        // The prospect's, and one for each administrator; who else is told depends on who is at work.
        await Expect(page.Locator(".email", new() { HasText = $"to lead.{word}@example.com" })).ToHaveCountAsync(1);
        await Expect(page.Locator(".email", new() { HasText = "New lead" })).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Button, new() { Name = "Mark as reached out" }).ClickAsync();
        await Expect(page.Locator(".notice span")).ToHaveTextAsync("Moved to Reached out.");
        await Expect(page.Locator(".lead-side")).ToContainTextAsync("Daniel Okafor reached out");
        await Expect(page.Locator(".history li").First)
            .ToContainTextAsync("Daniel Okafor moved this lead from Registered to Reached out");
        await page.ReloadAsync();
        await Expect(page.Locator(".notice")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Two_people_at_the_same_lead_get_a_clear_message_and_lose_nothing()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Two", word, $"two.{word}@example.com");
        var maria = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}");
        var daniel = await firm.SignedInAsync(Firm.Daniel, $"/leads/{number}");
        await Firm.WithoutNewsAsync(daniel);

        await maria.GetByRole(AriaRole.Button, new() { Name = "Decline" }).ClickAsync();
        await Expect(maria.Locator(".notice span")).ToHaveTextAsync("Moved to Declined.");

        var answer = await daniel.RunAndWaitForResponseAsync(
            () => daniel.GetByRole(AriaRole.Button, new() { Name = "Mark as reached out" }).ClickAsync(),
            response => response.Request.Method == "POST"
        );
        Assert.Equal(409, answer.Status);
        await Expect(daniel.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("Maria Lopez changed this lead to Declined while you were looking at it.");
        await Expect(daniel.Locator(".lead-head .pill")).ToHaveTextAsync("Declined");
        await Accessibility.CheckAsync(daniel);

        await daniel.GetByRole(AriaRole.Button, new() { Name = "Reopen" }).ClickAsync();
        await Expect(daniel.Locator(".notice span")).ToHaveTextAsync("Moved to Registered.");
    }

    [Fact]
    public async Task Two_people_with_the_same_wish_are_told_calmly()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Same", word, $"same.{word}@example.com");
        var maria = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}");
        var daniel = await firm.SignedInAsync(Firm.Daniel, $"/leads/{number}");
        await Firm.WithoutNewsAsync(daniel);
        await maria.GetByRole(AriaRole.Button, new() { Name = "Mark as reached out" }).ClickAsync();
        await Expect(maria.Locator(".notice")).ToBeVisibleAsync();
        await daniel.GetByRole(AriaRole.Button, new() { Name = "Mark as reached out" }).ClickAsync();
        await Expect(daniel.Locator(".notice-info")).ToContainTextAsync("was Reached out already");
        await Expect(daniel.Locator(".lead-side")).ToContainTextAsync("Maria Lopez reached out");
    }

    [Fact]
    public async Task A_resume_is_downloaded_as_a_file_with_the_prospects_name()
    {
        var word = Word();
        var number = await firm.ProspectAsync("José María", word, $"file.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}");
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Download", Exact = true }).ClickAsync()
        );
        Assert.Equal($"{word}_José-María_resume.pdf", download.SuggestedFilename);
        Assert.Equal(
            SampleFiles.Pdf(),
            await File.ReadAllBytesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken)
        );

        var response = await page.APIRequest.GetAsync($"/leads/{number}/resume");
        Assert.Equal("application/pdf", response.Headers["content-type"]);
        Assert.StartsWith("attachment", response.Headers["content-disposition"], StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers["x-content-type-options"]);
        Assert.Contains("sandbox", response.Headers["content-security-policy"], StringComparison.Ordinal);
        Assert.Equal("private, no-store", response.Headers["cache-control"]);
    }

    [Fact]
    public async Task A_form_sent_from_elsewhere_changes_nothing()
    {
        var word = Word();
        var number = await firm.ProspectAsync("Forged", word, $"forged.{word}@example.com");
        var page = await firm.SignedInAsync(Firm.Maria, $"/leads/{number}");
        var form = page.APIRequest.CreateFormData();
        form.Set("status", "lost");
        var answer = await page.APIRequest.PostAsync($"/leads/{number}/status", new() { Form = form });
        Assert.Equal(400, answer.Status);
        var signOut = await page.APIRequest.PostAsync("/signout", new() { MaxRedirects = 0 });
        Assert.Equal(400, signOut.Status);
        await page.ReloadAsync();
        await Expect(page.Locator(".lead-head .pill")).ToHaveTextAsync("Registered");
    }

    /// <summary>A family name that occurs once.</summary>
    private static string Word() =>
        "Fam" + string.Concat(Guid.NewGuid().ToString("N").Select(hex => (char)('a' + Convert.ToInt32($"{hex}", 16))));
}
