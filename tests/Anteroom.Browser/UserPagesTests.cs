using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>Users and one's own account, as people use them.</summary>
public sealed class UserPagesTests(Firm firm)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_administrator_invites_somebody_and_changes_the_role(bool javaScript)
    {
        var name = $"u{Guid.NewGuid():N}"[..12];
        var page = await firm.SignedInAsync(Firm.Maria, "/leads", javaScript);
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Places" }).GetByText("Administration").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Users" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = false }).First.FillAsync("Nina Berg");
        await page.GetByLabel("User name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the invitation" }).ClickAsync();
        await Expect(page.Locator("#f-email-error")).ToBeVisibleAsync();
        if (javaScript) // axe is JavaScript
            await Accessibility.CheckAsync(page);

        await page.GetByLabel("Email").FillAsync($"{name}@firm.example");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send the invitation" }).ClickAsync();
        await Expect(page.Locator(".notice")).ToContainTextAsync("Invited.");
        await page.Locator("#f-role").SelectOptionAsync("staff");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change the role" }).ClickAsync();
        await Expect(page.Locator(".contact")).ToContainTextAsync("Intake staff");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deactivate" }).ClickAsync();
        await Expect(page.Locator(".notice")).ToContainTextAsync("Deactivated");
        if (javaScript)
            await Accessibility.CheckAsync(page);
    }

    [Fact]
    public async Task A_passkey_is_added_and_signs_in_without_a_password()
    {
        var page = await firm.SignedInAsync(Firm.Daniel, "/me/passkeys");
        var devices = await page.Context.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        await devices.SendAsync(
            "WebAuthn.addVirtualAuthenticator",
            new Dictionary<string, object>
            {
                ["options"] = new Dictionary<string, object>
                {
                    ["protocol"] = "ctap2",
                    ["transport"] = "internal",
                    ["hasResidentKey"] = true,
                    ["hasUserVerification"] = true,
                    ["isUserVerified"] = true,
                    ["automaticPresenceSimulation"] = true,
                },
            }
        );
        await page.GetByLabel("Name of the new passkey").FillAsync("Laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.Locator(".notice-ok")).ToContainTextAsync("The passkey is added.");
        await Accessibility.CheckAsync(page);
        await page.GetByLabel("Another name for Laptop").FillAsync("Old laptop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await Expect(page.Locator(".keys strong")).ToHaveTextAsync("Old laptop");

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/signin?returnUrl=%2Fme%2Fpasskeys");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey instead" }).ClickAsync();
        await page.WaitForURLAsync("**/me/passkeys");
        await Expect(page.Locator(".usermenu")).ToContainTextAsync("Daniel Okafor");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Old laptop" }).ClickAsync();
        await Expect(page.Locator(".keys")).ToHaveCountAsync(0);
        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/signin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey instead" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("does not open an account here");
    }
}
