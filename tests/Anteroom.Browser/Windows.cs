using System.Collections.Concurrent;
using System.Reflection;
using Anteroom.Browser;
using Microsoft.Playwright;
using Xunit.v3;

[assembly: Windows]

namespace Anteroom.Browser;

/// <summary>Closes the windows of a test when it has ended: a page of the workspace that stays open follows what all others do.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class WindowsAttribute : BeforeAfterTestAttribute
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<IBrowserContext>> OfTests = new();

    /// <summary>The test that runs has opened <paramref name="window"/>.</summary>
    public static void Opened(IBrowserContext window) =>
        OfTests.GetOrAdd(TestContext.Current.Test!.UniqueID, _ => []).Add(window);

    /// <inheritdoc />
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        // Nobody has to wait for that.
        if (OfTests.TryRemove(test.UniqueID, out var windows))
            _ = Task.WhenAll(windows.Select(window => CloseAsync(window, failed ? test.TestDisplayName : null)));
    }

    /// <summary>Closes a window; that of a test that failed leaves a picture of what it showed last.</summary>
    private static async Task CloseAsync(IBrowserContext window, string? failed)
    {
        foreach (var (at, page) in failed is null ? [] : window.Pages.Index())
            await page.ScreenshotAsync(
                new() { Path = Path.Combine(Repository.Screens, $"failed {failed} {at}.png"), FullPage = true }
            );
        await window.CloseAsync();
    }
}
