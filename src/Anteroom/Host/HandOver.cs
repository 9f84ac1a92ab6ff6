using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace Anteroom.Host;

/// <summary>
/// Lets the next process take over (<c>--take-over</c>): over a Unix socket in the data folder, which only this user may open, it passes the
/// sockets that it listens on, and stops when it is told to. Whoever asks and goes away changes nothing.
/// </summary>
internal sealed partial class HandOver(
    Installation installation,
    IHostApplicationLifetime lifetime,
    ILogger<HandOver> logger
) : BackgroundService
{
    /// <summary>What the next process says first: one byte, answered with the sockets.</summary>
    public const byte Sockets = (byte)'s';

    /// <summary>What it says when it wants to begin.</summary>
    public const byte Stop = (byte)'x';

    /// <summary>Of <c>sun_path</c> (unix(7)), without the NUL.</summary>
    private const int LongestPath = 107;

    /// <summary>Where the process that listens on this port can be asked; null when the folder's name is too long for a socket.</summary>
    public static string? PathOf(DataFolder data, int port)
    {
        var path = FormattableString.Invariant($"{data.Path}/take-over-{port}.socket");
        return Encoding.UTF8.GetByteCount(path) > LongestPath ? null : path;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!OperatingSystem.IsLinux() || PathOf(installation.Data, installation.Port) is not { } path)
            return;
        try
        {
            await Task.Delay(Timeout.Infinite, lifetime.ApplicationStarted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            File.Delete(path); // nobody else can listen on this port, so whoever left it is gone
            using var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            door.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            door.Listen(4);
            while (true)
            {
                using var line = await door.AcceptAsync(stoppingToken);
                await ServeAsync(line, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            Log.NotPossible(logger, error.Message);
        }
        finally
        {
            if (!installation.Sockets.AreHandedOver) // else it is the next one's
                File.Delete(path);
        }
    }

    [SupportedOSPlatform("linux")]
    private async Task ServeAsync(Socket line, CancellationToken stopping)
    {
        var said = new byte[1];
        try
        {
            while (await line.ReceiveAsync(said, stopping) == 1)
                if (said[0] == Sockets)
                    PassSockets.Send(line, installation.Sockets.Bound);
                else if (said[0] == Stop)
                {
                    Log.HandingOver(logger);
                    installation.Sockets.AreHandedOver = true;
                    lifetime.StopApplication();
                }
        }
        catch (SocketException) { } // gone: nothing has changed
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Another Anteroom takes over; stopping")]
        public static partial void HandingOver(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "Another Anteroom could not take over from this one: {Reason}")]
        public static partial void NotPossible(ILogger logger, string reason);
    }
}
