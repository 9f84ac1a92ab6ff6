using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>The form in the words of somebody who fills it in.</summary>
public static class ProspectPage
{
    public static ILocator FirstName(this IPage page) => page.GetByLabel("First name");

    public static ILocator LastName(this IPage page) => page.GetByLabel("Last name");

    public static ILocator Email(this IPage page) => page.GetByLabel("Email");

    public static ILocator Message(this IPage page) => page.GetByLabel("Your message (optional)");

    public static ILocator Resume(this IPage page) => page.GetByLabel("Resume or CV");

    public static ILocator Send(this IPage page) => page.Locator("form.form > button");

    /// <summary>The box on top that says what is wrong.</summary>
    public static ILocator Summary(this IPage page) => page.Locator("#summary");

    /// <summary>The error beside a field.</summary>
    public static ILocator ErrorOf(this IPage page, string field) => page.Locator($"[data-field={field}] .error");

    /// <summary>Everything that is required.</summary>
    public static async Task FillInAsync(
        this IPage page,
        string first,
        string last,
        string email,
        FilePayload? resume = null
    )
    {
        await page.FirstName().FillAsync(first);
        await page.LastName().FillAsync(last);
        await page.Email().FillAsync(email);
        await page.Resume().SetInputFilesAsync(resume ?? SampleFiles.Resume());
    }
}
