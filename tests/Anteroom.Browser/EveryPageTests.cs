using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>Every page as people see it (<see cref="Looks"/>); a page of another area has its look where its walk is.</summary>
public sealed class EveryPageTests(Firm firm, Showcase showcase)
{
    private readonly Looks _looks = new();

    [Fact]
    public async Task Pages_of_the_public_are_fit_to_be_seen()
    {
        var page = await firm.VisitAsync("/", address: showcase.Firm.Address);
        _looks.Watch(page);
        await _looks.TakeAsync(page, "form");
        await page.FirstName().FillAsync("Ada");
        await page.Send().ClickAsync();
        await Expect(page.Summary()).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "form-errors");
        await page.Resume().SetInputFilesAsync(SampleFiles.Resume("Ada Lovelace, resume.pdf", 80_000));
        await _looks.TakeAsync(page, "form-file");

        await page.GotoAsync("/thanks/61");
        await _looks.TakeAsync(page, "thanks");
        await page.GetByRole(AriaRole.Link, new() { Name = "Español" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("Gracias. Su consulta ha llegado.");
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enviar" }).ClickAsync();
        // The first name that was typed in English is still there.
        await Expect(page.Summary()).ToContainTextAsync("Hay 3 puntos que revisar.");
        await _looks.TakeAsync(page, "form-spanish-errors");
        await page.GetByRole(AriaRole.Link, new() { Name = "English" }).ClickAsync();
        await page.GotoAsync("/nowhere");
        await _looks.TakeAsync(page, "not-found");

        var link = new Uri(showcase.Fresh.SetUpLink!);
        await page.GotoAsync(link.AbsoluteUri);
        await _looks.TakeAsync(page, "setup");

        await page.GotoAsync(new Uri(new Uri(showcase.Firm.Address), "/signin").AbsoluteUri);
        await _looks.TakeAsync(page, "signin");
        await page.GotoAsync("/forgot");
        await _looks.TakeAsync(page, "forgot");
        await page.GotoAsync("/forgot/sent");
        await _looks.TakeAsync(page, "forgot-sent");
    }

    [Fact]
    public async Task The_workspace_is_fit_to_be_seen()
    {
        var page = await SignedInAsync("/leads");
        // A state of a page that has a look of its own is looked at with few rows: rules are tried on each.
        await page.GotoAsync("/leads?status=consultation");
        await page.Locator(".usermenu summary").ClickAsync();
        await _looks.TakeAsync(page, "menu", fullPage: false);
        await page.GotoAsync("/leads");
        await page.Locator(".steps-fold > summary").ClickAsync();
        await page.Locator(".first-steps").GetByRole(AriaRole.Button, new() { Name = "Dismiss" }).ClickAsync();
        await Expect(page.Locator(".first-steps")).ToHaveCountAsync(0);
        await page.GotoAsync("/leads"); // without the message that it is done
        await _looks.TakeAsync(page, "leads", fullPage: false);
        await page.GotoAsync("/leads?status=registered&status=reached_out&assigned_to=none&sort=name");
        await page.Locator("summary", new() { HasText = "Add filter" }).ClickAsync();
        await _looks.TakeAsync(page, "leads-filter", fullPage: false);
        await page.GotoAsync("/leads?status=consultation");
        await page.Locator("tbody input[name=lead]").First.CheckAsync();
        await _looks.TakeAsync(page, "leads-selected", fullPage: false);
        await page.GotoAsync("/board");
        await _looks.TakeAsync(page, "board", fullPage: false);
        await page.GotoAsync("/board?status=consultation");
        await page.Locator(".card-menu summary").First.ClickAsync();
        await _looks.TakeAsync(page, "board-menu", fullPage: false);
        await page.GotoAsync("/leads?q=nobody-of-that-name");
        await _looks.TakeAsync(page, "leads-nothing");
        await page.GotoAsync("/leads?status=consultation");
        await page.Locator(".row-link").First.ClickAsync();
        await page.WaitForURLAsync("**/leads/*");
        await _looks.TakeAsync(page, "lead");
        await page.GotoAsync("/leads/60");
        await page.Locator(".email summary").Filter(new() { Visible = true }).First.ClickAsync();
        await _looks.TakeAsync(page, "lead-email");
        await page.GotoAsync("/leads/60/decline");
        await page.GetByLabel("Letter", new() { Exact = true }).FillAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Decline and send" }).ClickAsync();
        await Expect(page.Summary()).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "decline");
        await page.GotoAsync("/leads/60?write=task");
        await _looks.TakeAsync(page, "lead-task");
        await page.GotoAsync("/tasks");
        await _looks.TakeAsync(page, "tasks");
        await page.GotoAsync("/notifications");
        await _looks.TakeAsync(page, "notifications");

        await page.GotoAsync("/reports");
        await _looks.TakeAsync(page, "reports");
        await page.GotoAsync("/reports?period=90d");
        await page.Locator(".chart-table summary").First.ClickAsync();
        await _looks.TakeAsync(page, "reports-90-days");
        await page.GotoAsync("/reports?period=last_year");
        await _looks.TakeAsync(page, "reports-nothing");

        await page.GotoAsync("/dashboard");
        await _looks.TakeAsync(page, "dashboard");
        await page.Keyboard.PressAsync("?");
        await _looks.TakeAsync(page, "keys", fullPage: false);
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("#palette-q").FillAsync("a");
        await Expect(page.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "palette", fullPage: false);
        await page.GotoAsync("/leads/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create lead" }).ClickAsync();
        await Expect(page.Summary()).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "new-lead");
    }

    [Fact]
    public async Task A_page_of_the_workspace_weighs_at_most_250_KB_and_40_KB_afterwards()
    {
        var page = await SignedInAsync("/me");
        var weight = await Weight.OfAsync(page);
        await weight.OfPageIsAtMostAsync(250 * 1024, "/leads");
        foreach (
            var address in (string[])
                [
                    "/leads/60",
                    "/leads?status=registered",
                    "/reports",
                    "/dashboard",
                    "/leads/new",
                    "/admin/schedule",
                    "/bulk",
                    "/leads",
                ]
        )
            await weight.OfPageIsAtMostAsync(40 * 1024, address);
    }

    [Fact]
    public async Task The_administration_is_fit_to_be_seen()
    {
        var page = await SignedInAsync("/admin/users");
        await _looks.TakeAsync(page, "users");
        await page.Locator(".row-link").First.ClickAsync();
        await page.WaitForURLAsync("**/admin/users/*");
        await _looks.TakeAsync(page, "user");
        await page.GotoAsync("/admin/schedule/database");
        await page.GetByRole(AriaRole.Button, new() { Name = "Run now" }).ClickAsync();
        for (var tries = 0; tries < 200 && !await page.Locator(".runs li").First.IsVisibleAsync(); tries++)
            await page.ReloadAsync();
        await page.Locator(".runs summary").First.ClickAsync();
        await _looks.TakeAsync(page, "job");
        await page.GotoAsync("/admin/schedule/backup");
        await page.Locator(".kind-advanced > summary").ClickAsync();
        await page.GetByLabel("By a cron expression").CheckAsync();
        await page.GetByLabel("Expression", new() { Exact = true }).FillAsync("0 0 25 * * ?");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.ErrorOf("cron")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "job-errors");
        await page.GotoAsync("/admin/schedule");
        await _looks.TakeAsync(page, "schedule");
        await page.GotoAsync("/admin");
        await _looks.TakeAsync(page, "admin");
        await page.GotoAsync("/admin/components");
        await _looks.TakeAsync(page, "components");
        await page.GotoAsync("/admin/queues");
        await _looks.TakeAsync(page, "queues");
        await page.GotoAsync("/admin/queues/emails.confirmation");
        await _looks.TakeAsync(page, "queue");
        await page.GotoAsync("/admin/queues?state=any");
        await page.Locator(".item-link").First.ClickAsync();
        await page.WaitForURLAsync("**/admin/queues/*/*");
        await _looks.TakeAsync(page, "queue-item");
        await page.GotoAsync("/admin/operations");
        await _looks.TakeAsync(page, "operations");
    }

    [Fact]
    public async Task Pages_about_oneself_are_fit_to_be_seen()
    {
        var page = await SignedInAsync("/me");
        await _looks.TakeAsync(page, "profile");
        await page.GotoAsync("/me/notifications");
        await _looks.TakeAsync(page, "notification-choices");
        await page.GotoAsync("/me/password");
        await page.GetByLabel("New password").FillAsync("a quarrel over a fence");
        await Expect(page.Locator("meter")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "password");
        await page.GotoAsync("/me/sessions");
        await _looks.TakeAsync(page, "sessions");
        await page.GotoAsync("/me/passkeys");
        await _looks.TakeAsync(page, "passkeys");
        await page.GotoAsync("/me/two-factor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set it up" }).ClickAsync();
        await Expect(page.Locator(".qr-code")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "two-factor");
    }

    [Fact]
    public async Task The_pages_for_writing_e_mail_are_fit_to_be_seen()
    {
        var page = await SignedInAsync("/admin/templates");
        await _looks.TakeAsync(page, "templates");
        await page.GotoAsync("/admin/templates/confirmation");
        await Expect(page.Locator(".mail-frame")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "template");
        await page.EditorOf("html").FocusAsync();
        await page.EditorOf("html").PressAsync("Alt+F10");
        await page.Menu("html", "Only if…").ClickAsync();
        await _looks.TakeAsync(page, "template-menu", fullPage: false);
        await page.Keyboard.PressAsync("Escape");
        await page.EditorOf("html").PressAsync("Control+k");
        await Expect(page.GetByLabel("Address")).ToBeFocusedAsync();
        await _looks.TakeAsync(page, "template-link", fullPage: false);
        await page.Keyboard.PressAsync("Escape");
        await page.EditorOf("subject").FillAsync("Hello {{frist_name}}");
        await Expect(page.Locator("#preview .notice-error")).ToBeVisibleAsync();
        await page.EditorOf("subject").FillAsync("Hello {{first_name}}");
        await Expect(page.Locator(".preview-subject strong")).Not.ToContainTextAsync("{{");
        await page.EditorOf("text").FillAsync("Dear {{nobody}}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator("#problems .notice")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "template-errors");
        await page.GotoAsync("/leads");
        await page.Locator("summary", new() { HasText = "More" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Email these" }).ClickAsync();
        await page.WaitForURLAsync("**/bulk/new*");
        await _looks.TakeAsync(page, "bulk-filter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write the email" }).ClickAsync();
        await page.EditorOf("subject").FillAsync("News for {{first_name}}");
        await Expect(page.Locator(".mail-frame")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "bulk-write");
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.WaitForURLAsync("**/confirm");
        await _looks.TakeAsync(page, "bulk-confirm");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send to" }).ClickAsync();
        await Expect(page.Locator(".bulk-progress")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "bulk-progress");
        await page.GetByRole(AriaRole.Button, new() { Name = "Stop it" }).ClickAsync();
        await Expect(page.Locator("#progress")).ToContainTextAsync("Never sent");
        await page.GotoAsync("/bulk");
        await _looks.TakeAsync(page, "bulk");
        var text = await ConfirmationAsync(page);
        await page.GotoAsync(text);
        await _looks.TakeAsync(page, "unsubscribe");
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

        await page.GetByLabel("Email").FillAsync("ruth@firm.example");
        await page.GetByLabel("User name").FillAsync("ruth");
        await page.GetByLabel("Password").FillAsync(AppProcess.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await page.WaitForURLAsync("**/leads");
        await Expect(page.Locator(".empty-state")).ToContainTextAsync("No leads yet");
        await Accessibility.CheckAsync(page);

        var again = await page.GotoAsync(fresh.SetUpLink!);
        Assert.Equal(410, again!.Status);
    }

    [Fact]
    public async Task A_resume_in_quarantine_and_the_trash_are_fit_to_be_seen()
    {
        byte[] harmful = [.. SampleFiles.Pdf(), .. Encoding.ASCII.GetBytes($"%{Scanner.Harm}\n")];
        var address = showcase.Firm.Address;
        var number = await firm.ProspectAsync(
            "Imogen",
            "Vale",
            "imogen.vale@example.com",
            address: address,
            resume: harmful,
            reader: Showcase.Grace
        );
        var page = await SignedInAsync($"/leads/{number}");
        await Expect(page.Locator("#resume-card")).ToContainTextAsync("The virus scanner found Harmless.Test in it.");
        await _looks.TakeAsync(page, "lead-quarantine");
        await page.GotoAsync("/leads?attention=resume_quarantined");
        await Expect(page.Locator($"#lead-{number}")).ToContainTextAsync("File quarantined");

        await page.GotoAsync($"/leads/{number}");
        await page.GetByText("Release it").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Release the resume" }).ClickAsync();
        await Expect(page.Locator("#resume-card").GetByRole(AriaRole.Link, new() { Name = "Download", Exact = true }))
            .ToBeVisibleAsync();

        await page.GotoAsync("/leads?q=imogen.vale");
        await page.Locator("tbody input[name=lead]").First.CheckAsync();
        await page.Locator(".selection-bar").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator("[data-toast]")).ToContainTextAsync("1 lead moved to the trash.");
        await page.GotoAsync("/leads/trash");
        await _looks.TakeAsync(page, "trash");
        await page.Locator("tbody input[name=lead]").First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore selected" }).ClickAsync();
        await Expect(page.GetByText("1 lead restored.")).ToBeVisibleAsync();
        await _looks.TakeAsync(page, "trash-nothing");
    }

    private async Task<IPage> SignedInAsync(string path)
    {
        var page = await firm.SignedInAsync(Showcase.Grace, path, address: showcase.Firm.Address);
        _looks.Watch(page);
        return page;
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
}
