using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Operations;

/// <summary>What deploy/systemd/anteroom@.socket does, with this test in the place of systemd.</summary>
[Trait("Category", "Slow")]
[SupportedOSPlatform("linux")]
public sealed partial class SocketActivationTests
{
    private const int SetDescriptorFlags = 2; // F_SETFD
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Whoever_connects_while_the_service_restarts_waits_for_the_new_process()
    {
        await using var folder = new TemporaryFolder();
        using var door = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        door.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        door.Listen(512);
        _ = Control((int)door.Handle, SetDescriptorFlags, 0); // children may have it
        var address = (IPEndPoint)door.LocalEndPoint!;
        using var client = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = Patience };

        using (var first = Start(door, address.Port, folder.Path))
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client));
            await EndAsync(first);
        }

        var waiting = StatusAsync(client); // nobody is there
        using var second = Start(door, address.Port, folder.Path);
        Assert.Equal(HttpStatusCode.OK, await waiting);
        await EndAsync(second);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
        return answer.StatusCode;
    }

    private static Process Start(Socket door, int port, string folder)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (
            var argument in (string[])
                [
                    "-c",
                    "exec 3<&$1; shift; LISTEN_PID=$$ LISTEN_FDS=1 exec dotnet \"$@\"",
                    "bash",
                    ((int)door.Handle).ToString(CultureInfo.InvariantCulture),
                    typeof(global::Anteroom.App).Assembly.Location,
                    "--data",
                    Path.Combine(folder, "data"),
                    "--port",
                    port.ToString(CultureInfo.InvariantCulture),
                ]
        )
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Patience);
        Assert.True(SystemCalls.Signal(process.Id, 15));
        await process.WaitForExitAsync(limit.Token);
        Assert.Equal(0, process.ExitCode);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, int argument);
}
