using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>
/// Looks at a page in both widths and both schemes: no accessibility violation, nothing wider than the window, nothing
/// refused by the content security policy. With <c>ANTEROOM_PICTURES=1</c> it leaves pictures in tests/results/screens, and with
/// <c>ANTEROOM_UPDATE_PICTURES=1</c> also those of the README in docs/images.
/// </summary>
public sealed class Looks
{
    private static readonly (int Width, ColorScheme Scheme)[] All =
    [
        (390, ColorScheme.Light),
        (390, ColorScheme.Dark),
        (1280, ColorScheme.Dark),
        (1280, ColorScheme.Light), // last: it is the one that walks go on in
    ];

    private const int ReadmeHeight = 1200;

    private static readonly string[] ReadmePictures =
    [
        "form-1280-light",
        "leads-1280-light",
        "leads-390-dark",
        "board-1280-light",
        "dashboard-1280-light",
        "lead-1280-light",
        "lead-1280-dark",
        "reports-1280-light",
        "schedule-1280-light",
    ];

    private readonly List<string> _complaints = [];

    /// <summary>Listens to what the browser complains about on <paramref name="page"/>.</summary>
    public void Watch(IPage page)
    {
        page.PageError += (_, error) => _complaints.Add($"{page.Url}: {error}");
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
                _complaints.Add($"{page.Url}: {message.Text}");
        };
    }

    /// <summary>Checks what <paramref name="page"/> shows now, and takes the four pictures of it when they are asked for.</summary>
    /// <param name="page">The page; 1280 wide and light, as it is again afterwards.</param>
    /// <param name="name">The pictures' name: <c>form</c> makes <c>form-390-dark.png</c> and three more.</param>
    /// <param name="fullPage">False for what a long page shows first.</param>
    public async Task TakeAsync(IPage page, string name, bool fullPage = true)
    {
        foreach (var (width, scheme) in All)
        {
            await page.SetViewportSizeAsync(width, width < 600 ? 844 : 860);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var look = $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}";
            await KeepAsync(page, look, fullPage);

            // It takes longer than everything else here: each width once, each scheme once.
            if ((width < 600) == (scheme == ColorScheme.Dark))
                await Accessibility.CheckAsync(page);
            Assert.True(
                await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
                $"{look} is wider than the window."
            );
        }

        Assert.Empty(_complaints);
    }

    private static async Task KeepAsync(IPage page, string look, bool fullPage)
    {
        if (!Repository.TakesPictures)
            return;
        var file = Path.Combine(Repository.Screens, $"{look}.png");
        await page.ScreenshotAsync(new() { Path = file, FullPage = fullPage });
        if (Repository.RenewsPictures && ReadmePictures.Contains(look, StringComparer.Ordinal))
        {
            Directory.CreateDirectory(Repository.Pictures);
            var (width, height) = (
                page.ViewportSize!.Width,
                await page.EvaluateAsync<int>("document.documentElement.scrollHeight")
            );
            // A page can be three times as long as it is wide; the README shows what comes first.
            await page.ScreenshotAsync(
                new()
                {
                    Path = Path.Combine(Repository.Pictures, Path.GetFileName(file)),
                    FullPage = fullPage,
                    Clip = fullPage ? new() { Width = width, Height = Math.Min(height, ReadmeHeight) } : null,
                }
            );
        }
    }
}
