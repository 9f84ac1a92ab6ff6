using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>axe-core's rules, all of them. Not inside of frames: those of ours hold e-mails and let no script run, axe's neither.</summary>
public static class Accessibility
{
    private static readonly AxeRunOptions Options = new()
    {
        Iframes = false,
        ResultTypes = new HashSet<ResultType> { ResultType.Violations },
    };

    /// <summary>Fails with rule and element of every violation.</summary>
    public static async Task CheckAsync(IPage page)
    {
        // Without the lists of what is right, which cost time.
        var result = await page.RunAxe(Options).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(
            result.Violations.Length == 0,
            page.Url
                + "\n"
                + string.Join(
                    '\n',
                    result.Violations.SelectMany(rule =>
                        rule.Nodes.Select(node => $"{rule.Id}: {rule.Help}: {node.Html}")
                    )
                )
        );
    }
}
