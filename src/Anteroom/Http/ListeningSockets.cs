using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Anteroom.Http;

/// <summary>
/// The sockets that this process listens on. Some were there before it: systemd's (<c>LISTEN_FDS</c>, sd_listen_fds(3)), or those of the
/// process that it takes over from. Whoever connects while nobody accepts waits in their queue and is not refused.
/// </summary>
public sealed class ListeningSockets
{
    private const int FirstOfSystemd = 3; // SD_LISTEN_FDS_START

    private readonly ConcurrentDictionary<string, Socket> _given = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Socket> _bound = new(StringComparer.Ordinal);

    /// <summary>Takes those that systemd has passed to this process.</summary>
    public ListeningSockets()
    {
        if (
            OperatingSystem.IsLinux()
            && int.TryParse(Variable("LISTEN_PID"), CultureInfo.InvariantCulture, out var process)
            && process == Environment.ProcessId
            && int.TryParse(Variable("LISTEN_FDS"), CultureInfo.InvariantCulture, out var count)
        )
            for (var i = 0; i < count; i++)
                Give(new Socket(new SafeSocketHandle(FirstOfSystemd + i, ownsHandle: true)));
    }

    /// <summary>Those that are open now, for the process that takes over.</summary>
    internal IReadOnlyCollection<Socket> Bound => [.. _bound.Values];

    /// <summary>They live on in another process, which lets in whoever waits in their queue.</summary>
    internal bool AreHandedOver { get; set; }

    /// <summary>Uses this socket for its address instead of a new one.</summary>
    internal void Give(Socket socket) => _given[Name(socket.LocalEndPoint)] = socket;

    /// <summary>The socket for an address: the one that was given, else a new one.</summary>
    internal Socket Bind(EndPoint endpoint)
    {
        var socket = _given.TryRemove(Name(endpoint), out var given)
            ? given
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        _bound[Name(socket.LocalEndPoint)] = socket;
        return socket;
    }

    private static string Name(EndPoint? endpoint) => endpoint?.ToString() ?? "";

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name);
}
