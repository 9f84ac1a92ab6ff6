using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>The administrators' panel in a new firm, as a person sets it up and looks into it.</summary>
public sealed class AdminPanelTests(Firm firm)
{
    private const string Office = "office";

    private readonly Looks _looks = new();

    [Fact]
    public async Task An_administrator_sets_the_firm_up_and_looks_into_everything()
    {
        await using var app = await AppProcess.StartAsync([(Office, "Grace Whitfield")]);
        var page = await firm.SignedInAsync(Office, "/leads", address: app.Address);
        _looks.Watch(page);
        await Expect(page.Locator(".first-steps")).ToContainTextAsync("0 of 4 done");
        await page.GetByRole(AriaRole.Link, new() { Name = "Name your firm" }).ClickAsync();

        // A color that nobody could read is refused with one that would do; what was typed stays.
        await page.GetByLabel("Firm name").FillAsync("Byron & Partners");
        await page.GetByLabel("Accent color").FillAsync("#ffd700");
        await SaveAsync(page, "firm");
        await Expect(page.ErrorOf("firm_accent_color")).ToContainTextAsync("too light to be read");
        await Expect(page.Locator("#summary")).ToBeFocusedAsync();
        await _looks.TakeAsync(page, "settings-errors");
        await Expect(page.GetByLabel("Firm name")).ToHaveValueAsync("Byron & Partners");
        await page.GetByLabel("Accent color").FillAsync("#7a1f3d");
        await page.GetByLabel("Time zone").SelectOptionAsync("America/New_York");
        await SaveAsync(page, "firm");
        await Expect(page.Locator(".notice-ok")).ToContainTextAsync("Saved.");
        await Expect(page.Locator(".topbar .brand")).ToContainTextAsync("Byron & Partners");
        await page.GetByLabel("Practice areas").FillAsync("Wills\nTax");
        await page.GetByLabel("Consent text").FillAsync("I agree that my details are kept for a year.");
        await SaveAsync(page, "intake");
        await page.GetByLabel("Logo")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "logo.png",
                    MimeType = "image/png",
                    Buffer = Picture,
                }
            );
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload the logo" }).ClickAsync();
        await Expect(page.Locator(".logo-now img")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "settings");

        var visitor = await firm.VisitAsync("/", address: app.Address);
        await Expect(visitor.Locator("header .brand")).ToContainTextAsync("Byron & Partners");
        await Expect(visitor.Locator(".consent")).ToHaveTextAsync("I agree that my details are kept for a year.");
        Assert.Equal(
            "rgb(122, 31, 61)",
            await visitor.Send().EvaluateAsync<string>("button => getComputedStyle(button).backgroundColor")
        );
        Assert.True(
            await visitor
                .Locator("header .firm-logo")
                .EvaluateAsync<bool>("logo => logo.complete && logo.naturalWidth === 2")
        );
        await Accessibility.CheckAsync(visitor);

        // The other steps: each ticks itself off.
        await page.GotoAsync("/admin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send one to yourself" }).ClickAsync();
        await ReloadUntilAsync(page, page.Locator(".step-done").Filter(new() { HasText = "Send a test email" }));
        await _looks.TakeAsync(page, "admin");
        await page.GetByRole(AriaRole.Link, new() { Name = "Invite an attorney" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = false }).First.FillAsync("Nina Berg");
        await page.GetByLabel("Email").FillAsync("nina@firm.example");
        await page.GetByLabel("User name").FillAsync("nina");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the invitation" }).ClickAsync();
        await visitor.FillInAsync("Ada", "Lovelace", "ada@example.com");
        await visitor.Send().ClickAsync();
        await visitor.WaitForURLAsync("**/thanks/*");
        await page.GotoAsync("/admin");
        await Expect(page.Locator(".first-steps")).ToContainTextAsync("4 of 4 done");
        await page.ReloadAsync();
        await Expect(page.Locator(".first-steps")).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Link, new() { Name = "API tokens" }).ClickAsync();
        await _looks.TakeAsync(page, "tokens-nothing");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        await Expect(page.ErrorOf("user")).ToContainTextAsync("Please choose a user.");
        await page.GetByLabel("For whom?")
            .SelectOptionAsync(new SelectOptionValue { Label = "Grace Whitfield (Administrator)" });
        await page.GetByLabel("What for?").FillAsync("Website form");
        await page.GetByLabel("Good for how many days?").FillAsync("30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        await Expect(page.Locator(".token-key")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "tokens");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke Website form of Grace Whitfield" }).ClickAsync();
        await Expect(page.Locator(".notice-ok")).ToContainTextAsync("Token revoked.");

        await Side(page, "Sample data").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make sample data" }).ClickAsync();
        await Expect(page.Locator(".samples-bar")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "samples");

        await Side(page, "Data browser").ClickAsync();
        await _looks.TakeAsync(page, "data");
        await page.GetByRole(AriaRole.Link, new() { Name = "Leads", Exact = true }).Last.ClickAsync();
        await page.GetByPlaceholder("Search").FillAsync("Lovelace");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator(".data-filter summary").ClickAsync();
        await page.GetByLabel("Column").SelectOptionAsync("sample");
        await page.GetByLabel("Value").FillAsync("false");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(page.Locator(".data-rows tbody tr")).ToHaveCountAsync(1);
        await _looks.TakeAsync(page, "data-table");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open 1", Exact = true }).ClickAsync();
        await _looks.TakeAsync(page, "data-row");
        await page.Locator(".data-mentions").GetByText("Emails").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "leads 1", Exact = true }).First.ClickAsync();
        await Expect(page.Locator(".data-row")).ToContainTextAsync("ada@example.com");
        await page.GotoAsync("/admin/data/opt_outs");
        await _looks.TakeAsync(page, "data-nothing");

        await Side(page, "Audit log").ClickAsync();
        await page.GetByText("What changed").First.ClickAsync();
        await _looks.TakeAsync(page, "audit");
        await page.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("token_revoked");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator(".audit-lines li")).ToHaveCountAsync(1);
        await page.GotoAsync("/admin/audit?q=nothing-of-the-kind");
        await _looks.TakeAsync(page, "audit-nothing");
        await Side(page, "Privacy").ClickAsync();
        await page.GetByLabel("Email, phone or lead number").FillAsync("ada@example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Find", Exact = true }).ClickAsync();
        await Expect(page.Locator("[name=lead]")).ToHaveCountAsync(1);
        await _looks.TakeAsync(page, "privacy");
        await page.GotoAsync("/admin/retention?leads=1&resumes=1");
        await _looks.TakeAsync(page, "retention");

        await Side(page, "Sample data").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove all sample data" }).ClickAsync();
        await Expect(page.Locator(".samples-bar")).ToHaveCountAsync(0);
        await page.GotoAsync("/leads");
        await Expect(page.Locator(".leads tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task On_a_phone_and_without_JavaScript_the_panel_does_the_same()
    {
        await using var app = await AppProcess.StartAsync([(Office, "Grace Whitfield")]);
        var page = await firm.SignedInAsync(Office, "/admin", javaScript: false, width: 390, address: app.Address);
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings", Exact = true }).ClickAsync();
        await page.GetByLabel("Reach out after (minutes)").FillAsync("soon");
        await SaveAsync(page, "outreach");
        await Expect(page.ErrorOf("outreach_after")).ToContainTextAsync("minutes as a number");
        await page.GetByLabel("Reach out after (minutes)").FillAsync("7.5");
        await page.GetByLabel("Attorneys see only").CheckAsync();
        await SaveAsync(page, "outreach");
        await Expect(page.Locator(".notice-ok")).ToContainTextAsync("Saved.");
        await Expect(page.GetByLabel("Reach out after (minutes)")).ToHaveValueAsync("7.5");
        await Expect(page.GetByLabel("Attorneys see only")).ToBeCheckedAsync();

        await GoAsync("Sample data");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make sample data" }).ClickAsync();
        await Expect(page.Locator(".figures")).ToContainTextAsync("30");
        await GoAsync("Audit log");
        await Expect(page.Locator(".audit-lines")).ToContainTextAsync("changed the settings");
        await page.Locator(".audit-lines summary").First.ClickAsync();
        await GoAsync("Data browser");
        await page.Locator("a[href='/admin/data/users']").ClickAsync();
        await page.Locator(".data-filter summary").ClickAsync();
        await page.GetByLabel("Column").SelectOptionAsync("user_name");
        await page.GetByLabel("Comparison").SelectOptionAsync("contains");
        await page.GetByLabel("Value").FillAsync("office");
        await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
        await Expect(page.Locator(".data-rows tbody tr")).ToHaveCountAsync(1);
        await GoAsync("API tokens");
        await page.GetByLabel("For whom?").SelectOptionAsync("1");
        await page.GetByLabel("What for?").FillAsync("Test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        await Expect(page.Locator(".token-key")).ToBeVisibleAsync();

        async Task GoAsync(string place)
        {
            await page.Locator(".admin-menu summary").ClickAsync();
            await page.Locator(".admin-menu").GetByRole(AriaRole.Link, new() { Name = place }).ClickAsync();
        }
    }

    private static ILocator Side(IPage page, string place) =>
        page.Locator(".admin-side").GetByRole(AriaRole.Link, new() { Name = place, Exact = true });

    private static Task SaveAsync(IPage page, string section) =>
        page.Locator($"#{section}").GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    /// <summary>Looks again, as a person does, until something is there.</summary>
    private static async Task ReloadUntilAsync(IPage page, ILocator what)
    {
        for (var tries = 0; tries < 200 && await what.CountAsync() == 0; tries++)
            await page.ReloadAsync();
        await Expect(what).ToHaveCountAsync(1);
    }

    /// <summary>A PNG of two pixels.</summary>
    private static readonly byte[] Picture = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGOokrcFIgAGWwGtbJ7alwAAAABJRU5ErkJggg=="
    );
}
