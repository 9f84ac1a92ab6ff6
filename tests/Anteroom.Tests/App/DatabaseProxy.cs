using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Anteroom.Tests.App;

/// <summary>
/// Stands between the app and PostgreSQL: counts what really goes over the wire (the server says "ready for query" once a round
/// trip), and can be cut as if the server were gone.
/// </summary>
public sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _target;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _open = [];
    private readonly int _port;
    private TcpListener _listener;
    private Task _accepting;
    private long _roundTrips;
    private long _statements;
    private long _lost = long.MaxValue;
    private TaskCompletionSource _losing = new();

    public DatabaseProxy(string connectionString)
    {
        _target = new NpgsqlConnectionStringBuilder(connectionString);
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener);
        ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = _port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = 2,
        }.ConnectionString;
    }

    /// <summary>For the app.</summary>
    public string ConnectionString { get; }

    /// <summary>Answers of the server, each one a round trip.</summary>
    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    /// <summary>Statements executed.</summary>
    public long Statements => Interlocked.Read(ref _statements);

    /// <summary>Goes down just when the server has given the <paramref name="which"/>th answer from now; it is not carried.</summary>
    /// <returns>Ends when that has happened.</returns>
    public Task LoseAnswerAsync(int which)
    {
        _losing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _lost = RoundTrips + which;
        return _losing.Task;
    }

    /// <summary>Cuts every line and refuses new ones.</summary>
    public void GoDown()
    {
        _listener.Stop();
        lock (_open)
        {
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    /// <summary>Answers again, on the same port.</summary>
    public void ComeUp()
    {
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptSocketAsync(_stopping.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        { }
    }

    private async Task CarryAsync(Socket client)
    {
        var unix = _target.Host!.StartsWith('/');
        var server = new Socket(
            unix ? AddressFamily.Unix : AddressFamily.InterNetwork,
            SocketType.Stream,
            unix ? ProtocolType.Unspecified : ProtocolType.Tcp
        );
        try
        {
            lock (_open)
                _open.AddRange([client, server]);
            client.NoDelay = true;
            if (unix)
                await server.ConnectAsync(new UnixDomainSocketEndPoint($"{_target.Host}/.s.PGSQL.{_target.Port}"));
            else
                await server.ConnectAsync(_target.Host!, _target.Port);
            // The first message of a client has no type; everything after it has one.
            await Task.WhenAny(
                CopyAsync(
                    client,
                    server,
                    untypedFirst: true,
                    type => Count(type is (byte)'E' or (byte)'Q', ref _statements)
                ),
                CopyAsync(server, client, untypedFirst: false, Answered)
            );
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException) { }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }

    private void Answered(byte type)
    {
        if (type is not (byte)'Z' || Interlocked.Increment(ref _roundTrips) != _lost)
            return;
        GoDown();
        _losing.SetResult();
    }

    private static void Count(bool counts, ref long counter)
    {
        if (counts)
            Interlocked.Increment(ref counter);
    }

    /// <summary>Copies bytes and reports the type of each message that passes.</summary>
    private static async Task CopyAsync(Socket from, Socket to, bool untypedFirst, Action<byte> report)
    {
        var buffer = new byte[16 * 1024];
        var header = new byte[5];
        var (have, need, skip) = (untypedFirst ? 1 : 0, 5, 0L);
        var untyped = untypedFirst;
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                for (var i = 0; i < count; )
                {
                    if (skip > 0)
                    {
                        var step = (int)Math.Min(skip, count - i);
                        (i, skip) = (i + step, skip - step);
                        continue;
                    }

                    header[have++] = buffer[i++];
                    if (have < need)
                        continue;
                    if (!untyped)
                        report(header[0]);
                    (skip, have, untyped) = (BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4, 0, false);
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException) { }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        GoDown();
        await _accepting;
        _stopping.Dispose();
    }
}
