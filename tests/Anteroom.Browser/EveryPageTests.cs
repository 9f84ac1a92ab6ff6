using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>
/// Looks at every page in both widths and both schemes: no accessibility violation, nothing wider than the window, nothing
/// refused by the content security policy. Leaves pictures in tests/results/screens, and with
/// <c>ANTEROOM_UPDATE_PICTURES=1</c> those of the README in docs/images.
/// </summary>
public sealed class EveryPageTests(Firm firm, EveryPageTests.Showcase showcase) : IClassFixture<EveryPageTests.Showcase>
{
    /// <summary>A firm with a month of believable leads, and one that is not set up yet.</summary>
    public sealed class Showcase : IAsyncLifetime
    {
        public AppProcess Firm { get; private set; } = null!;

        public AppProcess Fresh { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Firm = await AppProcess.StartAsync([("office", "Grace Whitfield")], demoLeads: 60);
            Fresh = await AppProcess.StartAsync([]);
        }

        public async ValueTask DisposeAsync()
        {
            await Firm.DisposeAsync();
            await Fresh.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Every_page_is_fit_to_be_seen(ColorScheme scheme, int width)
    {
        var look = $"{width}-{scheme.ToString().ToLowerInvariant()}";
        var page = await firm.VisitAsync("/", scheme: scheme, width: width, address: showcase.Firm.Address);
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                complaints.Add(message.Text);
        };

        await LookAsync(page, "form", look);
        await page.FirstName().FillAsync("Ada");
        await page.Send().ClickAsync();
        await Expect(page.Summary()).ToBeVisibleAsync();
        await LookAsync(page, "form-errors", look);
        await page.Resume().SetInputFilesAsync(SampleFiles.Resume("Ada Lovelace, resume.pdf", 80_000));
        await LookAsync(page, "form-file", look);

        await page.GotoAsync("/thanks/61");
        await LookAsync(page, "thanks", look);
        await page.GotoAsync("/nowhere");
        await LookAsync(page, "not-found", look);

        var link = new Uri(showcase.Fresh.SetUpLink!);
        await page.GotoAsync(link.AbsoluteUri);
        await LookAsync(page, "setup", look);

        page = await firm.VisitAsync("/signin", scheme: scheme, width: width, address: showcase.Firm.Address);
        await LookAsync(page, "signin", look);
        await page.GotoAsync("/forgot");
        await LookAsync(page, "forgot", look);
        await page.GotoAsync("/forgot/sent");
        await LookAsync(page, "forgot-sent", look);
        page = await firm.SignedInAsync(
            "office",
            "/leads",
            scheme: scheme,
            width: width,
            address: showcase.Firm.Address
        );
        await LookAsync(page, "leads", look, fullPage: false);
        await page.Locator(".usermenu summary").ClickAsync();
        await LookAsync(page, "menu", look, fullPage: false);
        await page.GotoAsync("/leads?q=nobody-of-that-name");
        await LookAsync(page, "leads-nothing", look);
        await page.GotoAsync("/leads?status=consultation");
        await page.Locator(".row-link").First.ClickAsync();
        await page.WaitForURLAsync("**/leads/*");
        await LookAsync(page, "lead", look);
        await page.GotoAsync("/leads/60");
        await page.Locator(".email summary").First.ClickAsync();
        await LookAsync(page, "lead-email", look);

        await page.GotoAsync("/reports");
        await LookAsync(page, "reports", look);
        await page.GotoAsync("/reports?period=90d");
        await page.Locator(".chart-table summary").First.ClickAsync();
        await LookAsync(page, "reports-90-days", look);
        await page.GotoAsync("/reports?period=last_year");
        await LookAsync(page, "reports-nothing", look);

        await page.GotoAsync("/admin/users");
        await LookAsync(page, "users", look);
        await page.Locator(".row-link").First.ClickAsync();
        await page.WaitForURLAsync("**/admin/users/*");
        await LookAsync(page, "user", look);
        // Shared by the four looks, so it is left alone: a run asked for once leaves a history to be seen.
        await page.GotoAsync("/admin/schedule/database");
        if (!await page.Locator(".runs li").First.IsVisibleAsync())
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
            for (var tries = 0; tries < 200 && !await page.Locator(".runs li").First.IsVisibleAsync(); tries++)
                await page.ReloadAsync();
        }
        await page.Locator(".runs summary").First.ClickAsync();
        await LookAsync(page, "job", look);
        await page.GotoAsync("/admin/schedule/backup");
        await page.GetByLabel("By a cron expression").CheckAsync();
        await page.GetByLabel("Expression", new() { Exact = true }).FillAsync("0 0 25 * * ?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.ErrorOf("cron")).ToBeVisibleAsync();
        await LookAsync(page, "job-errors", look);
        await page.GotoAsync("/admin/schedule");
        await LookAsync(page, "schedule", look);
        await page.GotoAsync("/admin");
        await LookAsync(page, "admin", look);
        await page.GotoAsync("/admin/queues");
        await LookAsync(page, "queues", look);
        await page.GotoAsync("/admin/operations");
        await LookAsync(page, "operations", look);
        await page.GotoAsync("/me");
        await LookAsync(page, "profile", look);
        await page.GotoAsync("/me/password");
        await LookAsync(page, "password", look);
        await page.GotoAsync("/me/passkeys");
        await LookAsync(page, "passkeys", look);
        await page.GotoAsync("/me/two-factor");
        if (await page.GetByRole(AriaRole.Button, new() { Name = "Set it up" }).IsVisibleAsync())
            await page.GetByRole(AriaRole.Button, new() { Name = "Set it up" }).ClickAsync();
        await Expect(page.Locator(".qr-code")).ToBeVisibleAsync();
        await LookAsync(page, "two-factor", look);

        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task The_pages_for_writing_e_mail_are_fit_to_be_seen(ColorScheme scheme, int width)
    {
        var look = $"{width}-{scheme.ToString().ToLowerInvariant()}";
        var page = await firm.SignedInAsync(
            "office",
            "/admin/templates",
            scheme: scheme,
            width: width,
            address: showcase.Firm.Address
        );
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                complaints.Add(message.Text);
        };

        await LookAsync(page, "templates", look);
        await page.GotoAsync("/admin/templates/confirmation");
        await Expect(page.Locator(".mail-frame")).ToBeVisibleAsync();
        await LookAsync(page, "template", look);
        await page.Locator("#f-subject").FillAsync("Hello {{frist_name}}");
        await Expect(page.Locator("#preview .notice-error")).ToBeVisibleAsync();
        await page.Locator("#f-subject").FillAsync("Hello {{first_name}}");
        await Expect(page.Locator(".preview-subject strong")).Not.ToContainTextAsync("{{");
        await page.Locator("#f-text").FillAsync("Dear {{nobody}}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#problems .notice")).ToBeVisibleAsync();
        await LookAsync(page, "template-errors", look);
        await page.GotoAsync("/leads");
        await page.GetByRole(AriaRole.Link, new() { Name = "E-mail these" }).ClickAsync();
        await page.WaitForURLAsync("**/bulk/new*");
        await LookAsync(page, "bulk-filter", look);
        await page.GetByRole(AriaRole.Button, new() { Name = "Write the e-mail" }).ClickAsync();
        await page.Locator("#f-subject").FillAsync("News for {{first_name}}");
        await Expect(page.Locator(".mail-frame")).ToBeVisibleAsync();
        await LookAsync(page, "bulk-write", look);
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.WaitForURLAsync("**/confirm");
        await LookAsync(page, "bulk-confirm", look);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send to" }).ClickAsync();
        await Expect(page.Locator(".bulk-progress")).ToBeVisibleAsync();
        await LookAsync(page, "bulk-progress", look);
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop it" }).ClickAsync();
        await Expect(page.Locator("#progress")).ToContainTextAsync("Never sent");
        await page.GotoAsync("/bulk");
        await LookAsync(page, "bulk", look);
        var text = await ConfirmationAsync(page);
        await page.GotoAsync(text);
        await LookAsync(page, "unsubscribe", look);

        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_first_administrator_sets_up_the_firm_once()
    {
        await using var fresh = await AppProcess.StartAsync([]);
        var page = await firm.VisitAsync(fresh.SetUpLink!, address: fresh.Address);
        await page.GetByLabel("Your name").FillAsync("Ruth Bader");
        await page.GetByLabel("Password").FillAsync("short");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Expect(page.ErrorOf("email")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Your name")).ToHaveValueAsync("Ruth Bader");
        await Accessibility.CheckAsync(page);

        await page.GetByLabel("E-mail").FillAsync("ruth@firm.example");
        await page.GetByLabel("User name").FillAsync("ruth");
        await page.GetByLabel("Password").FillAsync(AppProcess.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await page.WaitForURLAsync("**/leads");
        await Expect(page.Locator(".empty-state")).ToContainTextAsync("No leads yet");
        await Accessibility.CheckAsync(page);

        var again = await page.GotoAsync(fresh.SetUpLink!);
        Assert.Equal(410, again!.Status);
    }

    /// <summary>The address to opt out that a prospect finds in the confirmation.</summary>
    private static async Task<string> ConfirmationAsync(IPage page)
    {
        await page.GotoAsync("/leads/60");
        var texts = await page.Locator(".email pre").AllTextContentsAsync();
        var text = texts.First(text => text.Contains("/unsubscribe/", StringComparison.Ordinal));
        var start = text.IndexOf("/unsubscribe/", StringComparison.Ordinal);
        return text[start..].Split('\n')[0].Trim();
    }

    private static readonly string[] ReadmePictures =
    [
        "form-1280-light",
        "form-390-light",
        "thanks-1280-light",
        "leads-1280-light",
        "leads-390-dark",
        "lead-1280-light",
        "lead-1280-dark",
        "reports-1280-light",
        "schedule-1280-light",
    ];

    private static async Task LookAsync(IPage page, string name, string look, bool fullPage = true)
    {
        var file = Path.Combine(Repository.Screens, $"{name}-{look}.png");
        await page.ScreenshotAsync(new() { Path = file, FullPage = fullPage });
        if (
            Environment.GetEnvironmentVariable("ANTEROOM_UPDATE_PICTURES") == "1"
            && ReadmePictures.Contains(Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal)
        )
        {
            Directory.CreateDirectory(Repository.Pictures);
            File.Copy(file, Path.Combine(Repository.Pictures, Path.GetFileName(file)), overwrite: true);
        }

        // It takes longer than everything else here: each width once, each scheme once.
        if (look is "1280-light" or "390-dark")
            await Accessibility.CheckAsync(page);
        Assert.True(
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
            $"{name} is wider than the window at {look}."
        );
    }
}
