using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>What comes over the wire for a page, compressed as it is, headers included.</summary>
public sealed class Weight
{
    private readonly IPage _page;
    private double _bytes;

    private Weight(IPage page) => _page = page;

    /// <summary>Weighs what <paramref name="page"/> opens from now on, beginning with an empty cache.</summary>
    public static async Task<Weight> OfAsync(IPage page)
    {
        var weight = new Weight(page);
        var network = await page.Context.NewCDPSessionAsync(page);
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.clearBrowserCache");
        network.Event("Network.loadingFinished").OnEvent += (_, json) =>
            weight._bytes += json!.Value.GetProperty("encodedDataLength").GetDouble();
        return weight;
    }

    /// <summary>Opens an address with everything on it; its bytes.</summary>
    public async Task<double> OfPageAsync(string address)
    {
        _bytes = 0;
        await _page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Load });
        await _page.EvaluateAsync("() => new Promise((done) => requestIdleCallback(done, { timeout: 2000 }))");
        return _bytes;
    }
}
