using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>
/// A node that drains closes its door before it closes its connections: whoever was let in is served, and whoever comes later gets no
/// answer until the door is gone, and then a refusal. A load balancer tries another node for a request that it has not sent, but no
/// balancer sends a form a second time: a connection that is closed unread is a 502. Where another process takes over, the door stays, and
/// whoever comes later waits for it.
/// </summary>
internal static class ServeAcceptedConnections
{
    /// <summary>For connections that the system has and Kestrel has not taken yet.</summary>
    private static readonly TimeSpan ToBeTaken = TimeSpan.FromMilliseconds(100);

    /// <summary>For the first request on a connection that was opened just before.</summary>
    private static readonly TimeSpan ToBeAsked = TimeSpan.FromMilliseconds(500);

    public static IServiceCollection AddServingOfAcceptedConnections(this IServiceCollection services) =>
        services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory, Listeners>());

    private sealed class Listeners(
        IOptions<SocketTransportOptions> options,
        ILoggerFactory logging,
        IOptions<NodeOptions> node,
        ListeningSockets sockets
    ) : IConnectionListenerFactory, IConnectionListenerFactorySelector
    {
        private readonly SocketTransportFactory _sockets = new(options, logging);

        public bool CanBind(EndPoint endpoint) => _sockets.CanBind(endpoint);

        public async ValueTask<IConnectionListener> BindAsync(
            EndPoint endpoint,
            CancellationToken cancellationToken = default
        )
        {
            Socket? door = null;
            var own = new SocketTransportOptions
            {
                CreateBoundListenSocket = where => door = options.Value.CreateBoundListenSocket(where),
            };
            var listener = await new SocketTransportFactory(Options.Create(own), logging).BindAsync(
                endpoint,
                cancellationToken
            );
            return new Listener(listener, door!, node.Value.Drain > TimeSpan.Zero, sockets);
        }
    }

    private sealed class Listener(IConnectionListener listener, Socket door, bool isBalanced, ListeningSockets sockets)
        : IConnectionListener
    {
        public EndPoint EndPoint => listener.EndPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            listener.AcceptAsync(cancellationToken);

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            if (isBalanced && !sockets.AreHandedOver && OperatingSystem.IsLinux())
            {
                LetNobodyIn(door);
                await WaitAsync(ToBeTaken, cancellationToken);
            }

            await listener.UnbindAsync(cancellationToken);
            if (isBalanced || sockets.AreHandedOver)
                await WaitAsync(ToBeAsked, cancellationToken);
        }

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }

    private static async Task WaitAsync(TimeSpan time, CancellationToken cancellation) =>
        await Task.Delay(time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Has Linux drop what comes to the listening socket (socket(7), SO_ATTACH_FILTER); connections that it has are not touched.</summary>
    private static unsafe void LetNobodyIn(Socket door)
    {
        const int socketLevel = 1; // SOL_SOCKET
        const int attachFilter = 26; // SO_ATTACH_FILTER
        // struct sock_filter { u16 code; u8 jt, jf; u32 k }: return 0 bytes of every packet.
        Span<byte> filter = stackalloc byte[8];
        filter.Clear();
        MemoryMarshal.Write(filter, (ushort)0x06); // BPF_RET | BPF_K
        // struct sock_fprog { u16 length; struct sock_filter *filter }
        Span<byte> program = stackalloc byte[2 * sizeof(nint)];
        program.Clear();
        fixed (byte* start = filter)
        {
            MemoryMarshal.Write(program, (ushort)1);
            MemoryMarshal.Write(program[sizeof(nint)..], (nint)start);
            try
            {
                door.SetRawSocketOption(socketLevel, attachFilter, program);
            }
            catch (SocketException) { } // not on this system: then those who come in the last instant are turned away
        }
    }
}
