using System.Net;
using System.Net.Sockets;
using System.Text;
using Anteroom.Mail;

namespace Anteroom.Tests.Mail.Smtp;

/// <summary>A server that says exactly what a test wants, right or wrong, to each client in turn.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Task _running;

    public ScriptedServer(Func<Talk, Task> script)
    {
        _listener.Start();
        _running = RunAsync(script);
    }

    /// <summary>What clients said, line by line.</summary>
    public List<string> Heard { get; } = [];

    public MailOptions Options =>
        new()
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            HelloName = "client.test",
        };

    /// <summary>Greets, answers EHLO with these offers, and says <paramref name="replies"/>, one for each line heard.</summary>
    public static ScriptedServer Answering(string offers, params string[] replies) =>
        new(async talk =>
        {
            await talk.GreetAsync(offers);
            foreach (var reply in replies)
            {
                await talk.HearAsync();
                await talk.SayAsync(reply);
            }

            await talk.HearToTheEndAsync();
        });

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await _running;
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task RunAsync(Func<Talk, Task> script)
    {
        try
        {
            for (; ; )
            {
                using var client = await _listener.AcceptTcpClientAsync(_over.Token);
                client.NoDelay = true;
                await using var stream = client.GetStream();
                try
                {
                    await script(new Talk(stream, Heard, _over.Token));
                }
                catch (IOException)
                {
                    // The client hung up, as many tests expect it to.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    public sealed class Talk(NetworkStream stream, List<string> heard, CancellationToken over)
    {
        public async Task GreetAsync(string offers)
        {
            await SayAsync("220 scripted.test\r\n");
            await HearAsync();
            var lines = offers
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(offer => offer.Replace('_', ' '));
            string[] all = ["scripted.test", .. lines];
            await SayAsync(string.Concat(all.Select((line, i) => $"250{(i == all.Length - 1 ? ' ' : '-')}{line}\r\n")));
        }

        public async Task SayAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text), over);

        /// <summary>One line, without its end; null when the client has hung up.</summary>
        public async Task<string?> HearAsync()
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (await stream.ReadAsync(one, over) == 1)
            {
                if (one[0] == '\n')
                {
                    var text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                    heard.Add(text);
                    return text;
                }

                line.Add(one[0]);
            }

            return null;
        }

        public async Task HearContentAsync()
        {
            while (await HearAsync() is { } line && line != ".") { }
        }

        public async Task HearToTheEndAsync()
        {
            while (await HearAsync() is { } line)
            {
                if (line == "QUIT")
                    await SayAsync("221 bye\r\n");
            }
        }

        public Task WaitAsync() => Task.Delay(Timeout.Infinite, over);
    }
}
