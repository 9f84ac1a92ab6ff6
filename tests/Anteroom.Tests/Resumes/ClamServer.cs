using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Anteroom.Host;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Resumes;

/// <summary>A real ClamAV daemon that knows one virus, which is none. It can be away and come back.</summary>
internal sealed class ClamServer : IAsyncDisposable
{
    /// <summary>What a file that is found has in it.</summary>
    public const string Harm = "ANTEROOM-TEST-FILE-THAT-HARMS-NOBODY";

    /// <summary>What the scanner calls it.</summary>
    public const string Name = "Anteroom.Test.UNOFFICIAL";

    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private Process? _process;

    /// <summary>Where it listens.</summary>
    public string Address => $"127.0.0.1:{_port}";

    /// <summary>Where it listens besides.</summary>
    public string UnixAddress => $"unix:{Path.Combine(_folder.Path, "clamd.sock")}";

    /// <summary>Starts it, with the signature and the largest stream that it takes.</summary>
    public static async Task<ClamServer> StartAsync(string largest = "5M")
    {
        var server = new ClamServer();
        await File.WriteAllTextAsync(
            Path.Combine(server._folder.Path, "anteroom.ndb"),
            $"Anteroom.Test:0:*:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Harm))}\n"
        );
        await File.WriteAllTextAsync(
            Path.Combine(server._folder.Path, "clamd.conf"),
            $"""
            Foreground yes
            DatabaseDirectory {server._folder.Path}
            TCPAddr 127.0.0.1
            TCPSocket {server._port}
            LocalSocket {server._folder.Path}/clamd.sock
            TemporaryDirectory {server._folder.Path}
            StreamMaxLength {largest}

            """
        );
        await server.ComeBackAsync();
        return server;
    }

    /// <summary>Stops it.</summary>
    public async Task GoAwayAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again, where it was.</summary>
    public async Task ComeBackAsync()
    {
        _process = Process.Start(
            new ProcessStartInfo("/usr/sbin/clamd", ["--config-file", Path.Combine(_folder.Path, "clamd.conf")])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var patience = DateTime.UtcNow.AddMinutes(1); ; await Task.Delay(20))
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, _port);
                return;
            }
            catch (SocketException) when (DateTime.UtcNow < patience && !_process.HasExited) { }
    }

    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync();
        await _folder.DisposeAsync();
    }
}
