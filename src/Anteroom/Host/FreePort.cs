using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Anteroom.Host;

/// <summary>A TCP port of this machine that nobody listens at.</summary>
public static class FreePort
{
    // Below those that Linux gives to outgoing connections (32768 and up), one of which could take it before its owner does.
    private const int First = 20_000;
    private const int End = 32_768;

    /// <summary>Finds one by chance, so that processes that look at the same time hardly meet.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one, then.
            }
        }
    }
}
