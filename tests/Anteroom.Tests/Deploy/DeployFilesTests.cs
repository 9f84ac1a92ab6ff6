using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Anteroom.Host;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Deploy;

/// <summary>The examples in <c>deploy</c> are understood by the programs that they are for, and do what they are for.</summary>
[Trait("Category", "Slow")]
public sealed partial class DeployFilesTests(TestDatabases databases)
{
    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }

    private static async Task SucceedsAsync(string program, params string[] arguments)
    {
        var (exit, output) = await RunAsync(program, arguments);
        Assert.True(exit == 0, $"{program}: {output}");
    }

    [Fact]
    public async Task Nginx_serves_Anteroom_by_HTTPS_as_the_example_has_it()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Web:TrustedProxies", "127.0.0.1, ::1"),
                new("AllowedHosts", "intake.firm.example"),
                new("Metrics:AllowedNetworks", "0.0.0.0/0, ::/0"),
            ],
            role: "web",
            alone: true
        );
        // Its paths may have no spaces, as in the example.
        var folder = Directory.CreateTempSubdirectory("anteroom-nginx-").FullName;
        var (http, https) = (FreePort.Find(), FreePort.Find());
        await SucceedsAsync(
            "openssl",
            [
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=intake.firm.example",
                "-keyout",
                $"{folder}/privkey.pem",
                "-out",
                $"{folder}/fullchain.pem",
            ]
        );
        var example = (await File.ReadAllTextAsync(Path.Combine(ComposeFile.Folder, "nginx", "anteroom.conf")))
            .Replace("/etc/letsencrypt/live/intake.firm.example", folder, StringComparison.Ordinal)
            .Replace("127.0.0.1:8000", $"127.0.0.1:{app.Address.Port}", StringComparison.Ordinal)
            .Replace("listen 80;", $"listen 127.0.0.1:{http};", StringComparison.Ordinal)
            .Replace("listen 443 ssl", $"listen 127.0.0.1:{https} ssl", StringComparison.Ordinal);
        example = OtherAddress().Replace(example, "");
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            daemon off;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/error.log;
            events { }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                {{example}}
            }
            """
        );
        await SucceedsAsync("/usr/sbin/nginx", "-t", "-c", configuration);
        using var nginx = Process.Start(
            new ProcessStartInfo("/usr/sbin/nginx", ["-c", configuration]) { UseShellExecute = false }
        )!;
        try
        {
            using var client = new HttpClient(
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    ConnectCallback = async (context, cancellation) =>
                    {
                        var socket = new System.Net.Sockets.Socket(
                            System.Net.Sockets.SocketType.Stream,
                            System.Net.Sockets.ProtocolType.Tcp
                        );
                        await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
                        return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                    },
                    SslOptions =
                    {
                        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                            certificate?.Subject == "CN=intake.firm.example",
                    },
                }
            );
            var site = new Uri($"https://intake.firm.example:{https}/");
            using var form = await UntilAsync(() => client.GetAsync(site));
            Assert.Equal(HttpStatusCode.OK, form.StatusCode);
            Assert.Matches("^[0-9a-f]{32}$", Assert.Single(form.Headers.GetValues("X-Request-ID")));
            Assert.Contains(
                "max-age",
                Assert.Single(form.Headers.GetValues("Strict-Transport-Security")),
                StringComparison.Ordinal
            );
            using var lead = new Prospect { Resume = Resumes.SampleFiles.Pdf() }.ToForm();
            using var submitted = await client.PostAsync(site, lead);
            Assert.Equal(HttpStatusCode.SeeOther, submitted.StatusCode);
            // The inside's page stays inside, and http leads to https.
            using var metrics = await client.GetAsync(new Uri(site, "/metrics"));
            Assert.Equal(HttpStatusCode.NotFound, metrics.StatusCode);
            using var plain = await client.GetAsync(new Uri($"http://intake.firm.example:{http}/thanks"));
            Assert.Equal("https://intake.firm.example/thanks", plain.Headers.Location?.ToString());
        }
        finally
        {
            nginx.Kill();
            await nginx.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<HttpResponseMessage> UntilAsync(Func<Task<HttpResponseMessage>> ask)
    {
        for (var tries = 0; ; tries++)
            try
            {
                return await ask();
            }
            catch (HttpRequestException) when (tries < 100)
            {
                await Task.Delay(100);
            }
    }

    [Fact]
    public async Task Caddy_and_systemd_understand_theirs()
    {
        await SucceedsAsync(
            "caddy",
            "validate",
            "--adapter",
            "caddyfile",
            "--config",
            Path.Combine(ComposeFile.Folder, "caddy", "Caddyfile")
        );

        var unit = Path.Combine(ComposeFile.Folder, "systemd", "anteroom@.service");
        if (!File.Exists("/usr/bin/systemd-analyze"))
            return;
        await using var folder = new TemporaryFolder();
        var instance = Path.Combine(folder.Path, "anteroom@web.service");
        // What is installed where is not this machine's business.
        await File.WriteAllTextAsync(
            instance,
            (await File.ReadAllTextAsync(unit)).Replace("/usr/bin/dotnet", "/bin/true", StringComparison.Ordinal)
        );
        var (exit, output) = await RunAsync("/usr/bin/systemd-analyze", "verify", instance);
        Assert.True(exit == 0 && !output.Contains("anteroom", StringComparison.Ordinal), output);
        // From 100, everything is open, to 0.
        await SucceedsAsync("/usr/bin/systemd-analyze", "security", "--offline=true", "--threshold=30", instance);
    }

    [Fact]
    public void The_image_copies_what_is_there_and_runs_without_rights()
    {
        var lines = File.ReadAllLines(Path.Combine(ComposeFile.Folder, "Dockerfile"));
        var last = lines.SkipWhile(line => !line.StartsWith("FROM ${RUNTIME}", StringComparison.Ordinal)).ToList();

        Assert.Contains("USER 1654:1654", last);
        Assert.DoesNotContain(
            last,
            line =>
                line.StartsWith("COPY", StringComparison.Ordinal)
                && !line.Contains("--from=build", StringComparison.Ordinal)
        );
        var compose = ComposeFile.Read();
        foreach (
            var volume in ((string[])["app", "worker"]).SelectMany(name =>
                ComposeFile.Words(compose.Service(name)["volumes"])
            )
        )
            Assert.Contains(
                last,
                line =>
                    line.StartsWith("RUN install -d -o 1654", StringComparison.Ordinal)
                    && line.Split(' ').Contains(volume.Split(':')[1], StringComparer.Ordinal)
            );
        var root = NodeScript.RepositoryRoot();
        foreach (
            var line in lines.Where(line =>
                line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)
            )
        )
        foreach (var source in line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1])
            Assert.True(Path.Exists(Path.Combine(root, source)), $"{source} is not there");
        // What ./run looks at is what the build reads.
        var run = File.ReadAllText(Path.Combine(root, "run"));
        foreach (Match file in BuildFile().Matches(run))
            Assert.Contains(
                lines,
                line =>
                    line.StartsWith("COPY ", StringComparison.Ordinal)
                    && line.Contains(file.Groups["file"].Value, StringComparison.Ordinal)
            );
    }

    [GeneratedRegex(@"^.*listen \[::\].*\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OtherAddress();

    [GeneratedRegex(@"""\$root/(?<file>[A-Za-z.-]+\.(props|json))""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex BuildFile();
}
