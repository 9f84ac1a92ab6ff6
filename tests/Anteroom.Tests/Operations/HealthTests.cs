using System.Globalization;
using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;

namespace Anteroom.Tests.Operations;

/// <summary>The health page says how each part does, and what it says is so.</summary>
[Trait("Category", "Slow")]
public sealed class HealthTests(TestDatabases databases)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(
        HttpClient client,
        string path = "/health/"
    )
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks until the answer is this one; parts are looked at now and then.</summary>
    private static async Task UntilAsync(HttpClient client, HttpStatusCode status, string body)
    {
        var limit = DateTime.UtcNow + Patience;
        while (await AskAsync(client) is var now && now != (status, body))
        {
            Assert.True(DateTime.UtcNow < limit, $"{now}");
            await Task.Delay(100);
        }
    }

    private static string Body(
        string status,
        string database = "ok",
        string resumes = "ok",
        string mail = "ok",
        string work = "ok"
    ) =>
        $$"""{"status":"{{status}}","database":"{{database}}","resumes":"{{resumes}}","mail":"{{mail}}","work":"{{work}}"}""";

    private static async Task<HttpStatusCode> SubmitAsync(AnteroomApp app)
    {
        using var answer = await new Prospect().SubmitsAsync(app);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            Assert.NotNull(answer.Headers.RetryAfter);
        return answer.StatusCode;
    }

    private static async Task UntilAcceptedAsync(AnteroomApp app)
    {
        var limit = DateTime.UtcNow + Patience;
        while (await SubmitAsync(app) is var status && status != HttpStatusCode.SeeOther)
        {
            Assert.True(DateTime.UtcNow < limit, $"{status}");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task A_database_that_is_away_makes_it_unhealthy_and_both_doors_say_the_same()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(databases);
        await UntilAsync(app.Client, HttpStatusCode.OK, Body("healthy"));

        app.Proxy.GoDown();
        await UntilAsync(
            app.Client,
            HttpStatusCode.ServiceUnavailable,
            Body("unhealthy", database: "unreachable", work: "unknown")
        );
        Assert.Equal(await AskAsync(app.Client), await AskAsync(app.Client, "/api/v1/healthcheck"));

        app.Proxy.ComeUp();
        await UntilAsync(app.Client, HttpStatusCode.OK, Body("healthy"));
        await UntilAcceptedAsync(app);
    }

    [Fact]
    public async Task A_database_that_may_only_be_read_for_a_moment_is_unhealthy_for_that_moment()
    {
        await using var app = await AnteroomApp.StartAsync(databases, alone: true, role: "web");
        await UntilAcceptedAsync(app);
        var name = await app.ValueAsync<string>("select current_database()::text");
        await databases.ExecuteAsync($"alter database {name} set default_transaction_read_only = on");
        await databases.ExecuteAsync(
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and application_name like 'anteroom%'"
        );

        await UntilAsync(
            app.Client,
            HttpStatusCode.ServiceUnavailable,
            Body("unhealthy", database: "read_only", work: "unknown")
        );
        for (var i = 0; i < 50; i++) // sessions enough to fill a pool
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await SubmitAsync(app));

        await databases.ExecuteAsync($"alter database {name} reset default_transaction_read_only");
        await UntilAcceptedAsync(app);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SubmitAsync(app))),
            status => Assert.Equal(HttpStatusCode.SeeOther, status)
        );
        await UntilAsync(app.Client, HttpStatusCode.OK, Body("healthy"));
    }

    [Fact]
    public async Task A_folder_that_is_not_mounted_is_unhealthy_takes_nothing_and_tells_administrators_once()
    {
        await using var app = await AnteroomApp.StartAsync(databases);
        await app.CreateUserAsync(Role.Administrator, "root");
        var number = await new Prospect().IsAcceptedAsync(app);
        var folder = Path.Combine(app.Folder, "resumes");
        Directory.Move(folder, folder + "-away");
        Directory.CreateDirectory(folder);

        await UntilAsync(app.Client, HttpStatusCode.ServiceUnavailable, Body("unhealthy", resumes: "missing"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SubmitAsync(app));
        using var maria = await app.SignedInAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(maria, $"/leads/{number}/resume")).Status);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        await app.WaitUntilAsync(
            "select count(*) = 1 from emails where kind = 'alarm' and text like '%probably not mounted%'"
        );
        using var root = await app.SignedInAsync(Role.Administrator, "grace");
        Assert.Contains(
            "probably not mounted",
            (await AskAsync(root, "/admin/operations")).Body,
            StringComparison.Ordinal
        );

        Directory.Delete(folder);
        Directory.Move(folder + "-away", folder);
        await UntilAsync(app.Client, HttpStatusCode.OK, Body("healthy"));
        Assert.Equal(HttpStatusCode.SeeOther, await SubmitAsync(app));
        await app.WaitUntilAsync("select count(*) = 0 from conditions where detail is not null");
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from emails where kind = 'alarm'"));
    }

    [Fact]
    public async Task A_mail_server_that_is_away_only_degrades_it()
    {
        var mail = await SmtpServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Mail:Host", mail.Host), new("Mail:Port", mail.Port.ToString(CultureInfo.InvariantCulture))],
            role: "web"
        );
        await UntilAsync(app.Client, HttpStatusCode.OK, Body("healthy"));

        await mail.DisposeAsync();
        await UntilAsync(app.Client, HttpStatusCode.OK, Body("degraded", mail: "unreachable"));
        Assert.Equal(HttpStatusCode.SeeOther, await SubmitAsync(app));
    }

    [Fact]
    public async Task What_is_due_and_not_done_for_minutes_degrades_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await UntilAcceptedAsync(app);
        await UntilAsync(app.Client, HttpStatusCode.OK, Body("healthy"));

        await app.ValueAsync<Guid>("update outbox set next_attempt_at = now() - interval '3 minutes' returning id");

        await UntilAsync(app.Client, HttpStatusCode.OK, Body("degraded", work: "late"));
    }

    [Fact]
    public async Task A_database_that_stands_still_gets_an_answer_all_the_same()
    {
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(folder.Path);
        await UntilAsync(product.Client, HttpStatusCode.OK, Body("healthy"));
        var processes = RunningProduct.PostgresOf(folder.Path);
        try
        {
            foreach (var process in processes)
                await RunningProduct.SignalAsync("STOP", process);
            await UntilAsync(
                product.Client,
                HttpStatusCode.ServiceUnavailable,
                Body("unhealthy", database: "no_answer", work: "no_answer")
            );
        }
        finally
        {
            foreach (var process in processes)
                await RunningProduct.SignalAsync("CONT", process);
        }

        await UntilAsync(product.Client, HttpStatusCode.OK, Body("healthy"));
    }

    [Fact]
    public async Task A_node_is_ready_when_it_is_warm_and_still_answers_while_it_drains()
    {
        await using var folder = new TemporaryFolder();
        await using var product = await RunningProduct.StartAsync(
            folder.Path,
            new Dictionary<string, string>(RunningProduct.Unattended, StringComparer.Ordinal)
            {
                ["Node__Drain"] = "00:00:04",
                ["Node__WarmUp"] = "true",
            }
        );
        var limit = DateTime.UtcNow + Patience;
        while (await AskAsync(product.Client, "/health/ready") is not (HttpStatusCode.OK, _))
            Assert.True(DateTime.UtcNow < limit, product.Output);
        Assert.Equal((HttpStatusCode.OK, """{"status":"live"}"""), await AskAsync(product.Client, "/health/live"));

        await product.SignalAsync("TERM");
        while (await AskAsync(product.Client, "/health/ready") is var ready && ready.Status == HttpStatusCode.OK)
            Assert.True(DateTime.UtcNow < limit, product.Output);
        using var form = await product.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, form.StatusCode);
        Assert.True(form.Headers.ConnectionClose);
        Assert.Equal(0, await product.ExitAsync());
    }

    [Fact]
    public async Task An_outage_is_two_lines_in_the_log_however_many_requests_it_refuses()
    {
        await using var folder = new TemporaryFolder();
        await using var proxy = new DatabaseProxy(await databases.CreateAsync());
        await using var product = await RunningProduct.StartAsync(
            folder.Path,
            new Dictionary<string, string>(RunningProduct.Unattended, StringComparer.Ordinal)
            {
                ["ConnectionStrings__Anteroom"] = proxy.ConnectionString,
            },
            role: "web"
        );
        using var first = await product.Client.GetAsync(new Uri("/api/v1/leads", UriKind.Relative));
        var before = product.Output.Length;
        proxy.GoDown();

        for (var i = 0; i < 40; i++)
        {
            using var answer = await new Prospect().SubmitsAsync(product.Client);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        proxy.ComeUp();
        var limit = DateTime.UtcNow + Patience;
        while (!product.Output.Contains("40 requests were refused", StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < limit, product.Output);
            await Task.Delay(100);
        }

        var log = product.Output[before..];
        Assert.Single(log.Split('\n'), line => line.Contains("An outage begins", StringComparison.Ordinal));
        Assert.InRange(log.Split('\n').Length, 2, 8);
    }
}
