using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>What comes over the wire for a page, compressed as it is, headers included.</summary>
public sealed class Weight
{
    private readonly IPage _page;
    private readonly ConcurrentDictionary<string, string> _addresses = new();
    private readonly ConcurrentQueue<(string Address, double Bytes)> _came = new();

    private Weight(IPage page) => _page = page;

    /// <summary>Weighs what <paramref name="page"/> opens from now on, beginning with an empty cache.</summary>
    public static async Task<Weight> OfAsync(IPage page)
    {
        var weight = new Weight(page);
        var network = await page.Context.NewCDPSessionAsync(page);
        network.Event("Network.requestWillBeSent").OnEvent += (_, json) =>
            weight._addresses[json!.Value.GetProperty("requestId").GetString()!] = json
                .Value.GetProperty("request")
                .GetProperty("url")
                .GetString()!;
        network.Event("Network.loadingFinished").OnEvent += (_, json) =>
            weight._came.Enqueue(
                (
                    weight._addresses.GetValueOrDefault(json!.Value.GetProperty("requestId").GetString()!, "?"),
                    json.Value.GetProperty("encodedDataLength").GetDouble()
                )
            );
        await network.SendAsync("Network.enable");
        await network.SendAsync("Network.clearBrowserCache");
        return weight;
    }

    /// <summary>Opens an address with everything on it; fails with what came when that is more than <paramref name="most"/> bytes.</summary>
    public async Task OfPageIsAtMostAsync(int most, string address)
    {
        _came.Clear();
        await _page.GotoAsync(address, new() { WaitUntil = WaitUntilState.Load });
        await _page.EvaluateAsync("() => new Promise((done) => requestIdleCallback(done, { timeout: 2000 }))");
        var sum = _came.Sum(one => one.Bytes);
        Assert.True(sum > 1_000, $"Nothing came for {address}.");
        Assert.True(
            sum <= most,
            string.Join(
                '\n',
                _came
                    .OrderByDescending(one => one.Bytes)
                    .Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Bytes, 9:N0}  {one.Address}"))
                    .Prepend(string.Create(CultureInfo.InvariantCulture, $"{sum, 9:N0}  {address} (at most {most:N0})"))
            )
        );
    }
}
