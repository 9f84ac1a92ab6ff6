using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Anteroom.Host;

namespace Anteroom.Faults;

/// <summary>A real nginx before several nodes, with the configuration that docs/operations.md shows, word by word but for addresses.</summary>
internal static partial class Balancer
{
    private const string Program = "/usr/sbin/nginx";

    /// <summary>Why it cannot be had here; null when it can.</summary>
    public static string? WhyNot => File.Exists(Program) ? null : "needs nginx (Debian: nginx-light)";

    public static IPEndPoint FreeAddress() => new(IPAddress.Loopback, FreePort.Find());

    /// <summary>Starts it and waits until a page comes through it.</summary>
    public static async Task<Child> StartAsync(
        Stage stage,
        IPEndPoint balancer,
        IReadOnlyList<AppProcess> nodes,
        CancellationToken cancellation
    )
    {
        var configuration = await ConfigureAsync(stage.Folder, balancer, nodes, cancellation);
        var server = Child.Start(
            "nginx",
            [Program, "-p", stage.Folder, "-c", configuration],
            Path.Combine(stage.Folder, "nginx.log")
        );
        try
        {
            await server.WaitUntilAsync(
                async () => (await stage.Door.GetAsync(balancer, "/", cancellation)).Status == 200,
                cancellation
            );
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the example out of the manual.</summary>
    private static async Task<string> ConfigureAsync(
        string folder,
        IPEndPoint balancer,
        IReadOnlyList<AppProcess> nodes,
        CancellationToken cancellation
    )
    {
        var manual = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "operations.md"), cancellation);
        var example = Example().Match(manual).Groups["text"].Value;
        var servers = Server().Matches(example);
        if (servers.Count != 2 || !example.Contains("listen 80;", StringComparison.Ordinal))
            throw new BenchmarkException(
                "The example for nginx in docs/operations.md has no two servers, or does not listen on 80."
            );
        var how = servers[0].Groups["how"].Value;
        example = Server().Replace(example, "");
        example = example
            .Replace(
                "upstream anteroom {",
                "upstream anteroom {" + string.Concat(nodes.Select(node => $"\n    server {node.Address}{how};")),
                StringComparison.Ordinal
            )
            .Replace("listen 80;", $"listen {balancer};", StringComparison.Ordinal);

        var temporary = string.Concat(
            ((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(what =>
                $"    {what}_temp_path {folder}/nginx-{what};\n"
            )
        );
        var path = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(
            path,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                daemon off;
                {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
                worker_processes 1;
                pid {{folder}}/nginx.pid;
                error_log {{folder}}/nginx.error warn;
                events {}
                http {
                    access_log off;
                {{temporary}}
                {{example}}
                }
                """
            ),
            cancellation
        );
        return path;
    }

    /// <summary>The folder of the clone.</summary>
    private static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Anteroom.slnx")))
                return at.FullName;
        throw new BenchmarkException("Run this in a clone of Anteroom.");
    }

    [GeneratedRegex("```nginx\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Example();

    [GeneratedRegex(@"^ *server [\d.:]+(?<how>[^;]*);\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Server();
}
