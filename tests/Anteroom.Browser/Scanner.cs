using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Anteroom.Browser;

/// <summary>
/// A virus scanner as the product sees one (clamd's <c>INSTREAM</c>), which finds something in files that contain <see cref="Harm"/>. A
/// real one is asked by the tests over HTTP.
/// </summary>
public sealed class Scanner : IDisposable
{
    public const string Harm = "ANTEROOM-TEST-FILE-THAT-HARMS-NOBODY";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private Scanner() { }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public static Scanner Start()
    {
        var scanner = new Scanner();
        scanner._listener.Start();
        _ = scanner.ListenAsync();
        return scanner;
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException) { }
    }

    private static async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var heard = new StringBuilder();
            var buffer = new byte[64 * 1024];
            // A piece of no length is the end.
            while (!heard.ToString().EndsWith("\0\0\0\0", StringComparison.Ordinal))
                if (await stream.ReadAsync(buffer) is var read and > 0)
                    heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
                else
                    return;
            var found = heard.ToString().Contains(Harm, StringComparison.Ordinal);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(found ? "stream: Harmless.Test FOUND\0" : "stream: OK\0"));
        }
    }

    public void Dispose() => _listener.Dispose();
}
