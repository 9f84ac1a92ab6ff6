using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Anteroom.Host;

/// <summary>The Anteroom that runs on this data folder and port, as seen by the one that takes over from it.</summary>
internal sealed class Predecessor : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket _line;

    private Predecessor(Socket line, IReadOnlyList<Socket> sockets) => (_line, Sockets) = (line, sockets);

    /// <summary>What it listens on, which is ours as well now.</summary>
    public IReadOnlyList<Socket> Sockets { get; }

    /// <summary>Finds it, and has it pass its sockets. It goes on as before.</summary>
    /// <returns>Null when nobody is there: then a start is a start.</returns>
    /// <exception cref="CannotStartException">It is there and does not answer.</exception>
    [SupportedOSPlatform("linux")]
    public static Predecessor? Find(DataFolder data, int port)
    {
        if (HandOver.PathOf(data, port) is not { } path || !File.Exists(path))
            return null;
        var line = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            SendTimeout = (int)Patience.TotalMilliseconds,
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
        };
        try
        {
            line.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            line.Dispose();
            return null; // it was killed and has left the file
        }

        try
        {
            line.Send([HandOver.Sockets]);
            if (!line.Poll(Patience, SelectMode.SelectRead))
                throw new SocketException((int)SocketError.TimedOut);
            return new Predecessor(line, PassSockets.Receive(line));
        }
        catch (SocketException error)
        {
            line.Dispose();
            throw new CannotStartException(
                $"The Anteroom that listens on port {port} does not answer: {error.Message}. Stop it, and start without --take-over.",
                error
            );
        }
    }

    /// <summary>Tells it to finish what it has begun, and to go. Nothing when it is gone already.</summary>
    public void Stop()
    {
        try
        {
            _line.Send([HandOver.Stop]);
        }
        catch (SocketException) { }
    }

    public void Dispose() => _line.Dispose();
}
