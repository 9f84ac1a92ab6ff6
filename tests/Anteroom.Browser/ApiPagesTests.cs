using static Microsoft.Playwright.Assertions;

namespace Anteroom.Browser;

/// <summary>The pages that show the APIs, as a developer opens them.</summary>
public sealed class ApiPagesTests(Firm firm)
{
    [Theory]
    [InlineData("/swagger/", "Submit a lead")]
    [InlineData("/redoc/", "/api/v1/leads")]
    [InlineData("/redoc/compat/", "/api/leads/")]
    public async Task The_operations_are_shown_without_help_from_another_site(string address, string operation)
    {
        var page = await firm.VisitAsync("/");
        var elsewhere = new List<string>();
        page.Response += (_, answer) =>
        {
            if (!new Uri(answer.Url).IsLoopback && !answer.Url.StartsWith("data:", StringComparison.Ordinal))
                elsewhere.Add(answer.Url);
        };

        await page.GotoAsync(address);

        await Expect(page.GetByText(operation).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Empty(elsewhere);
    }
}
