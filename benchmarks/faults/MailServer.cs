using System.Globalization;

namespace Anteroom.Faults;

/// <summary>A mail server in a process of its own that remembers the Message-ID of each message it has taken.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _taken;
    private readonly TimeSpan _slow;
    private Child _process = null!;

    private MailServer(string folder, string name, TimeSpan slow) =>
        (_folder, _taken, _slow) = (folder, Path.Combine(folder, name + ".taken"), slow);

    public int Port { get; private set; }

    /// <summary>Starts one.</summary>
    /// <param name="folder">For the list of what was taken.</param>
    /// <param name="name">Of that list.</param>
    /// <param name="slow">How long it takes before it begins a message.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static async Task<MailServer> StartAsync(
        string folder,
        string name,
        TimeSpan slow,
        CancellationToken cancellation
    )
    {
        var server = new MailServer(folder, name, slow);
        await server.StartAgainAsync(cancellation);
        return server;
    }

    public async Task StartAgainAsync(CancellationToken cancellation) =>
        (_process, Port) = await MailSink.StartAsync(
            _folder,
            cancellation,
            Port,
            _taken,
            ((int)_slow.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)
        );

    /// <summary>What it has taken, the copies included.</summary>
    public string[] Taken => File.Exists(_taken) ? File.ReadAllLines(_taken) : [];

    /// <summary>Away; <see cref="StartAgainAsync"/> brings it back, at the same port.</summary>
    public ValueTask StopAsync() => _process.DisposeAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
