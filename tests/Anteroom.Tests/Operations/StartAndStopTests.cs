using System.Net;
using System.Net.Sockets;
using System.Text;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Operations;

/// <summary>Starting, stopping and killing the product with its private PostgreSQL, as a real process.</summary>
[Trait("Category", "Slow")]
public sealed class StartAndStopTests
{
    [Fact]
    public async Task A_first_start_prints_where_everything_is_and_a_link_for_the_first_administrator()
    {
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(
            folder.Path,
            new Dictionary<string, string>(StringComparer.Ordinal)
        );

        Assert.Contains($"http://localhost:{product.Port}/leads", product.Output, StringComparison.Ordinal);
        Assert.Contains($"http://localhost:{product.Port}/swagger/", product.Output, StringComparison.Ordinal);
        var link = product
            .Output.Split((char[]?)null)
            .Single(word => word.Contains("/setup?token=", StringComparison.Ordinal));
        using var page = await product.Client.GetAsync(new Uri(link));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var styles = await product.Client.GetAsync(
            new Uri(
                (await page.PageAsync()).QuerySelector("link[rel=stylesheet]")!.GetAttribute("href")!,
                UriKind.Relative
            )
        );
        Assert.Equal(HttpStatusCode.OK, styles.StatusCode);
    }

    [Fact]
    public async Task Its_log_is_JSON_an_object_a_line_when_that_is_set()
    {
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(
            folder.Path,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Logging__Json"] = "true" }
        );

        // Which the log has a line for.
        using (
            await product.Client.PostAsync(
                new Uri("/api/auth/login/", UriKind.Relative),
                new StringContent("""{"username": "nobody", "password": "x"}""", Encoding.UTF8, "application/json")
            )
        ) { }
        List<string> lines = [];
        for (var i = 0; i < 100 && lines.Count == 0; i++)
        {
            await Task.Delay(100);
            lines = [.. product.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line => line.Trim())];
        }

        Assert.Contains(lines, line => line.Contains("Anteroom.Audit", StringComparison.Ordinal));
        Assert.All(
            lines,
            line =>
            {
                using var entry = System.Text.Json.JsonDocument.Parse(line);
                Assert.EndsWith("Z", entry.RootElement.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
                foreach (var field in new[] { "LogLevel", "Category", "Message", "EventId", "State" })
                    Assert.True(entry.RootElement.TryGetProperty(field, out _), field);
            }
        );
        Assert.DoesNotContain("info: ", product.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_start_on_the_same_folder_says_so_and_stops()
    {
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(folder.Path);

        var (exit, output) = await RunningProduct.RunAsync(folder.Path, ["--data", "data", "--port", "0"]);

        Assert.Equal(1, exit);
        Assert.Contains(
            $"Another Anteroom (process {product.ProcessId}) is already using",
            output,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_stop_finishes_the_submission_in_flight_and_stops_the_database_last(string signal)
    {
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(folder.Path);
        using var form = new Prospect().ToForm();
        var body = await form.ReadAsByteArrayAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, product.Port);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: {form.Headers.ContentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"
            )
        );
        await socket.SendAsync(body.AsMemory(0, body.Length / 2));
        await WaitUntilAsync(() =>
            Directory.GetFiles(Path.Combine(folder.Path, "data", "resumes", "incoming")).Length == 1
        );

        await product.SignalAsync(signal);
        await socket.SendAsync(body.AsMemory(body.Length / 2));
        using var reader = new StreamReader(new NetworkStream(socket));
        var answer = await reader.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 303", answer, StringComparison.Ordinal);
        Assert.Equal(0, await product.ExitAsync());
        Assert.Empty(RunningProduct.PostgresOf(folder.Path));
        Assert.Single(
            Directory.GetFiles(Path.Combine(folder.Path, "data", "resumes"), "*.pdf", SearchOption.AllDirectories)
        );
    }

    [Fact]
    public async Task Everything_acknowledged_is_there_after_everything_was_killed_under_load()
    {
        await using var folder = new TemporaryFolder();
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<string>();
        await using (var product = await RunningProduct.StartAsync(folder.Path))
        {
            var prospects = Enumerable
                .Range(0, 8)
                .Select(async i =>
                {
                    for (var n = 0; ; n++)
                        try
                        {
                            using var form = new Prospect { Email = $"p{i}-{n}@example.com" }.ToForm();
                            using var answer = await product.Client.PostAsync(new Uri("/", UriKind.Relative), form);
                            acknowledged.Add(answer.Code());
                        }
                        catch (HttpRequestException)
                        {
                            return; // the end
                        }
                })
                .ToList();
            await WaitUntilAsync(() => acknowledged.Count > 100);
            await product.KillEverythingAsync(folder.Path);
            await Task.WhenAll(prospects);
        }

        await using var again = await RunningProduct.StartAsync(folder.Path);

        using var administrator = new HttpClient(
            new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }
        )
        {
            BaseAddress = again.Client.BaseAddress,
        };
        using (await administrator.SignInAsync("olga", "correct horse battery staple")) { }
        foreach (var code in acknowledged.Where((_, i) => i % 10 == 0).Append(acknowledged.Last()))
        {
            using var found = await administrator.GetAsync(new Uri($"/leads/find?q={code}", UriKind.Relative));
            var number = (await found.JsonAsync())[0].GetProperty("number").GetInt64();
            var page = await administrator.OpenAsync($"/leads/{number}");
            Assert.Contains("Lovelace", page.Body!.Words(), StringComparison.Ordinal);
            using var resume = await administrator.GetAsync(new Uri($"/leads/{number}/resume", UriKind.Relative));
            Assert.Equal(new Prospect().Resume, await resume.Content.ReadAsByteArrayAsync());
        }

        Assert.DoesNotContain("no administrator yet", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_only_the_app_was_killed_the_next_start_ends_the_database_left_behind()
    {
        await using var folder = new TemporaryFolder();
        await using (var product = await RunningProduct.StartAsync(folder.Path))
        {
            await product.SignalAsync("KILL");
            await product.ExitAsync();
        }

        Assert.NotEmpty(RunningProduct.PostgresOf(folder.Path));
        await using (var again = await RunningProduct.StartAsync(folder.Path))
        {
            using var health = await again.Client.GetAsync(new Uri("/health/", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        Assert.Empty(RunningProduct.PostgresOf(folder.Path));
    }

    [Fact]
    public async Task The_commands_migrate_create_admin_create_user_and_demo_do_what_help_says()
    {
        await using var folder = new TemporaryFolder();
        string[] data = ["--data", Path.Combine(folder.Path, "data")];

        var help = await RunningProduct.RunAsync(folder.Path, ["--help"]);
        Assert.Equal(0, help.ExitCode);
        Assert.All(
            (string[])["migrate", "create-admin", "create-user", "demo", "--data", "--port"],
            word => Assert.Contains(word, help.Output, StringComparison.Ordinal)
        );

        var nothing = await RunningProduct.RunAsync(folder.Path, ["migrate", "--check", .. data]);
        Assert.Equal(3, nothing.ExitCode);
        Assert.Contains("There is no database in", nothing.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data[1]));

        var migrate = await RunningProduct.RunAsync(folder.Path, ["migrate", .. data]);
        Assert.Contains("Applied 0001_initial", migrate.Output, StringComparison.Ordinal);
        Assert.Contains(
            "up to date",
            (await RunningProduct.RunAsync(folder.Path, ["migrate", .. data])).Output,
            StringComparison.Ordinal
        );

        var check = await RunningProduct.RunAsync(folder.Path, ["migrate", "--check", .. data]);
        Assert.Equal((0, "The database is up to date."), (check.ExitCode, check.Output.Trim()));

        string[] admin = ["create-admin", .. data, "--username", "olga", "--email", "olga@firm.example"];
        Assert.Equal(
            0,
            (await RunningProduct.RunAsync(folder.Path, admin, input: "correct horse battery staple\n")).ExitCode
        );
        var taken = await RunningProduct.RunAsync(folder.Path, admin, input: "correct horse battery staple\n");
        Assert.Equal(1, taken.ExitCode);
        Assert.Contains("'olga' is already taken", taken.Output, StringComparison.Ordinal);

        string[] user =
        [
            "create-user",
            .. data,
            "--username",
            "maria",
            "--email",
            "maria@firm.example",
            "--password-stdin",
        ];
        var made = await RunningProduct.RunAsync(
            folder.Path,
            [.. user, "--first-name", "Maria", "--last-name", "Alvarez"],
            input: "correct horse battery staple\n"
        );
        Assert.Contains("maria can now sign in", made.Output, StringComparison.Ordinal);
        var weak = await RunningProduct.RunAsync(folder.Path, user, input: "short\n");
        Assert.Equal(1, weak.ExitCode);
        Assert.Contains("password:", weak.Output, StringComparison.Ordinal);

        var demo = await RunningProduct.RunAsync(folder.Path, ["demo", .. data, "--count", "12"]);
        Assert.Contains("Made 12 demo leads", demo.Output, StringComparison.Ordinal);
        var twice = await RunningProduct.RunAsync(folder.Path, ["demo", .. data]);
        Assert.Equal(1, twice.ExitCode);
        Assert.Contains("There are leads here already", twice.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EMAIL_PORT", "many", "EMAIL_PORT")]
    [InlineData("EMAIL_USE_TLS", "perhaps", "EMAIL_USE_TLS")]
    [InlineData("DEFAULT_FROM_EMAIL", "nobody", "DEFAULT_FROM_EMAIL: 'nobody' is not a sender")]
    [InlineData("ATTORNEY_EMAIL", "not an address", "ATTORNEY_EMAIL")]
    [InlineData("Resumes__MaxBytes", "-1", "Resumes:MaxBytes")]
    [InlineData("POSTGRES_HOST", "127.0.0.1", "cannot be reached")]
    public async Task A_setting_that_cannot_work_stops_the_start_with_a_sentence(
        string name,
        string value,
        string sentence
    )
    {
        await using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(RunningProduct.Unattended, StringComparer.Ordinal)
        {
            [name] = value,
            ["POSTGRES_PORT"] = "1",
            ["EMAIL_HOST"] = "127.0.0.1",
        };

        var (exit, output) = await RunningProduct.RunAsync(folder.Path, ["--data", "data", "--port", "0"], environment);

        Assert.Equal(1, exit);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        var patience = DateTime.UtcNow.AddMinutes(2);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < patience, "This took too long.");
            await Task.Delay(20);
        }
    }
}
