using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Anteroom.Tests.Operations;
using Npgsql;

namespace Anteroom.Tests.Telemetry;

/// <summary>Two processes of the product and a collector: what they tell of a submission, and what they keep to themselves.</summary>
[Trait("Category", "Slow")]
public sealed class TracesTests(TestDatabases databases)
{
    // Whoever finds one of these outside of the house has found the prospect.
    private static readonly string[] Personal =
    [
        "Zyxwvine",
        "Quorbleton",
        "zq.lead@unmistakable.example",
        "unmistakable.example",
        "5550187",
        "555-0187",
        "xylophone confession",
        "qworb-file",
    ];

    private static readonly Prospect Unmistakable = new()
    {
        FirstName = Personal[0],
        LastName = Personal[1],
        Email = Personal[2],
        Phone = "(415) 555-0187",
        Message = Personal[6],
        FileName = $"{Personal[7]}.pdf",
    };

    /// <summary>A web node and a worker on one database and one folder.</summary>
    private sealed class Firm : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public required Collector Collector { get; init; }
        public required SmtpServer Mail { get; init; }
        public required NpgsqlDataSource Database { get; init; }
        public RunningProduct Web { get; private set; } = null!;
        public RunningProduct Worker { get; private set; } = null!;

        public async Task StartAsync(string database, params (string Name, string Value)[] more)
        {
            var settings = new Dictionary<string, string>(Collector.Settings, StringComparer.Ordinal)
            {
                ["ConnectionStrings__Anteroom"] = database,
                ["Mail__Host"] = Mail.Host,
                ["Mail__Port"] = $"{Mail.Port}",
                ["Outreach__After"] = "00:00:00",
                ["Logging__Json"] = "true",
                ["PublicForm__LeastTime"] = "00:00:00",
            };
            foreach (var (name, value) in RunningProduct.Unattended)
                settings[name] = value;
            foreach (var (name, value) in more)
                settings[name] = value;
            Web = await RunningProduct.StartAsync(_folder.Path, settings, "web");
            Worker = await RunningProduct.StartAsync(_folder.Path, settings, "worker");
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var product in (RunningProduct?[])[Web, Worker])
                if (product is not null)
                    await product.DisposeAsync();
            await Mail.DisposeAsync();
            await Collector.DisposeAsync();
            await Database.DisposeAsync();
            await _folder.DisposeAsync();
        }
    }

    private async Task<Firm> StartAsync(SmtpServerSettings? mail = null, params (string Name, string Value)[] more)
    {
        var database = await databases.CreateAsync();
        var firm = new Firm
        {
            Collector = await Collector.StartAsync(),
            Mail = await SmtpServer.StartAsync(mail),
            Database = NpgsqlDataSource.Create(database),
        };
        await firm.StartAsync(database, more);
        await RunningProduct.AddAttorneysAsync(firm.Database, 1);
        return firm;
    }

    [Fact]
    public async Task One_trace_goes_from_the_form_to_the_delivered_mail_across_processes()
    {
        await using var firm = await StartAsync();

        using var answer = await Unmistakable.SubmitsAsync(firm.Web.Client);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var trace = await firm.Collector.UntilAsync(
            () => WholeTrace(firm.Collector.Spans()),
            () => string.Join('\n', firm.Collector.Spans())
        );

        // What was done at once: the request, the commit, its statements.
        var request = Assert.Single(trace, span => span.ParentId.Length == 0);
        Assert.Equal(("POST /", "web"), (request.Name, request.Role));
        Assert.Equal(request.TraceId, Assert.Single(answer.Headers.GetValues("X-Trace-ID")));
        Assert.Equal("303", request.Tags["http.response.status_code"]);
        var commit = Assert.Single(trace, span => span.Name == "commit leads");
        Assert.Equal(request.SpanId, commit.ParentId);
        Assert.Contains(
            trace,
            span =>
                span.ParentId == commit.SpanId && Query(span).Contains("insert into leads", StringComparison.Ordinal)
        );
        // What the worker did because of it: the welcome was queued by work that was queued by the commit.
        var work = Assert.Single(trace, span => span.Name == "work" && span.Tags["anteroom.queue"] == "reach_out");
        Assert.Equal(("worker", commit.ParentId), (work.Role, work.ParentId));
        Assert.Contains(trace, span => span.ParentId == work.SpanId && Query(span).Length > 0);
        var welcome = Assert.Single(trace, span => span.Tags.GetValueOrDefault("anteroom.mail.kind") == "welcome");
        Assert.Equal(("deliver", "worker", work.SpanId), (welcome.Name, welcome.Role, welcome.ParentId));
        // Looking into a queue belongs to nobody's trace, and is none.
        Assert.DoesNotContain(
            firm.Collector.Spans(),
            span => span.ParentId.Length == 0 && !span.Name.Contains('/', StringComparison.Ordinal)
        );

        static string Query(ReceivedSpan span) => span.Tags.GetValueOrDefault("db.query.text", "");
    }

    /// <summary>The trace of the submission once all of it has come: its welcome and confirmation, and the parent of every span.</summary>
    private static List<ReceivedSpan>? WholeTrace(IReadOnlyList<ReceivedSpan> spans)
    {
        var id = spans.FirstOrDefault(span => span is { Name: "POST /", Role: "web" })?.TraceId;
        var trace = spans.Where(span => span.TraceId == id).ToList();
        var known = trace.Select(span => span.SpanId).ToHashSet(StringComparer.Ordinal);
        var mails = trace.Select(span => span.Tags.GetValueOrDefault("anteroom.mail.kind", "")).ToList();
        return
            mails.Contains("welcome")
            && mails.Contains("confirmation")
            && trace.All(span => span.ParentId.Length == 0 || known.Contains(span.ParentId))
            ? trace
            : null;
    }

    [Fact]
    public async Task Nothing_personal_is_in_what_leaves_the_house()
    {
        await using var firm = await StartAsync(
            new SmtpServerSettings
            {
                Refuse =
                [
                    new("recipient", "unmistakable", 550, $"5.1.1 <{Personal[2]}> no such user"),
                    new("recipient", "a1@firm", 451, $"4.3.0 <{Personal[2]}> is written about, try later", 2),
                ],
            },
            ("Mail__FirstRetry", "00:00:01"),
            ("Metrics__Token", "a-token-of-this-test")
        );
        using var people = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = firm.Web.Client.BaseAddress,
        };
        using var signedIn = await people.SignInAsync("olga", RunningProduct.Unattended["ANTEROOM_ADMIN_PASSWORD"]);
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);

        string code;
        using (var answer = await Unmistakable.SubmitsAsync(firm.Web.Client))
            code = answer.Code();
        await firm.Database.WaitUntilAsync("select count(*) >= 1 from outbox where state = 'failed'");
        foreach (
            var address in (string[])
                [
                    $"/thanks/{code}",
                    "/leads",
                    $"/leads?q={Personal[0]}",
                    $"/leads/find?q={Personal[2]}",
                    "/leads/1",
                    $"/nothing/{Personal[1]}?email={Personal[2]}",
                    $"/api/v1/leads?q={Personal[1]}",
                ]
        )
            using (await people.GetAsync(new Uri(address, UriKind.Relative))) { }
        // Wrong input, and a fault of ours whose message quotes the prospect.
        using (await (Unmistakable with { Email = $"{Personal[0]}@" }).SubmitsAsync(firm.Web.Client)) { }
        AssertNothingPersonal("the log", firm.Web.Output + firm.Worker.Output);
        await using (
            var fault = firm.Database.CreateCommand(
                """
                create function quoting() returns trigger language plpgsql as $$
                begin raise exception 'cannot take % of %', new.first_name, new.email using errcode = '22023'; end $$;
                create trigger quoting before insert on leads for each row execute function quoting();
                """
            )
        )
            await fault.ExecuteNonQueryAsync();
        using (var answer = await (Unmistakable with { Message = "another" }).SubmitsAsync(firm.Web.Client))
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);

        await firm.Collector.UntilAsync(
            () =>
                firm.Collector.TextOf("envelope") is var sent && sent.Contains("22023", StringComparison.Ordinal)
                || sent.Contains("PostgresException", StringComparison.Ordinal)
                    ? sent
                    : null,
            () => "no report"
        );
        await firm.Collector.UntilAsync(
            () => firm.Collector.TextOf("logs").Contains("PostgresException", StringComparison.Ordinal) ? "" : null,
            () => "no log"
        );
        await firm.Collector.UntilAsync(
            () =>
                firm.Collector.TextOf("metrics").Contains("anteroom.mail.messages", StringComparison.Ordinal)
                    ? ""
                    : null,
            () => "no metrics"
        );
        await firm.Database.WaitUntilAsync("select exists (select from error_groups where type like '%22023%')");
        await using var groups = firm.Database.CreateCommand(
            "select string_agg(error_groups::text, '') from error_groups"
        );

        using var scrape = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        scrape.Headers.Authorization = new("Bearer", "a-token-of-this-test");
        using var page = await firm.Web.Client.SendAsync(scrape);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        var metrics = await page.Content.ReadAsStringAsync();
        // Of a process of its own: within one, apps share these, and one that ends takes them from the others.
        Assert.Contains("\nhttp_server_request_duration_seconds_bucket{", metrics, StringComparison.Ordinal);
        AssertNothingPersonal("/metrics", metrics);
        AssertNothingPersonal("traces", firm.Collector.TextOf("traces"));
        AssertNothingPersonal("metrics", firm.Collector.TextOf("metrics"));
        AssertNothingPersonal("logs", firm.Collector.TextOf("logs"));
        AssertNothingPersonal("error reports", firm.Collector.TextOf("envelope"));
        AssertNothingPersonal("groups of errors", (string)(await groups.ExecuteScalarAsync())!);
        Assert.DoesNotContain(code, firm.Collector.TextOf("traces"), StringComparison.Ordinal);
    }

    private static void AssertNothingPersonal(string where, string text)
    {
        Assert.NotEmpty(text);
        foreach (var word in Personal)
        {
            var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase);
            Assert.True(
                at < 0,
                at < 0
                    ? ""
                    : $"{where}: {text.Substring(Math.Max(0, at - 200), Math.Min(400, text.Length - Math.Max(0, at - 200)))}"
            );
        }
    }
}
