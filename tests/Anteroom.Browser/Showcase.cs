using Anteroom.Browser;

[assembly: AssemblyFixture(typeof(Showcase))]

namespace Anteroom.Browser;

/// <summary>A firm with a month of believable leads, and one that is not set up yet.</summary>
public sealed class Showcase : IAsyncLifetime
{
    public const string Grace = "office";

    private readonly Scanner _scanner = Scanner.Start();

    public AppProcess Firm { get; private set; } = null!;

    public AppProcess Fresh { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var fresh = AppProcess.StartAsync([]);
        Firm = await AppProcess.StartAsync([(Grace, "Grace Whitfield")], demoLeads: 60, _scanner.Address);
        Fresh = await fresh;
    }

    public async ValueTask DisposeAsync()
    {
        await Firm.DisposeAsync();
        await Fresh.DisposeAsync();
        _scanner.Dispose();
    }
}
