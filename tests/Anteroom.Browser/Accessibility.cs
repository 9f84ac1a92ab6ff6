using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>axe-core's rules, all of them. Not inside of frames: those of ours hold emails and let no script run, axe's neither.</summary>
public static class Accessibility
{
    // In one go inside of the page and only what is wrong: the lists of what is right are long.
    private const string Violations = """
        async () => {
            const { violations } = await axe.run(document, { iframes: false, resultTypes: ["violations"] });
            return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.html}`));
        }
        """;

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>Fails with rule and element of every violation.</summary>
    public static async Task CheckAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            await page.EvaluateAsync(Axe);
        var violations = await page.EvaluateAsync<string[]>(Violations).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(violations.Length == 0, $"{page.Url}\n{string.Join('\n', violations)}");
    }
}
