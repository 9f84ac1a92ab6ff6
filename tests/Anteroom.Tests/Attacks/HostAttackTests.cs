using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Anteroom.Live;
using Anteroom.Tests.App;
using Anteroom.Tests.Live;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Attacks;

/// <summary>Who lies about where a request goes, who sits beside the browser, and who asks too much.</summary>
[Trait("Category", "Slow")]
public sealed class HostAttackTests(TestDatabases databases)
{
    private static readonly KeyValuePair<string, string?>[] BehindProxy =
    [
        new("Web:TrustedProxies", "127.0.0.0/8, ::1"),
    ];

    [Fact]
    public async Task Over_https_browsers_are_kept_there_and_cookies_belong_to_this_host_alone()
    {
        await using var app = await AnteroomApp.StartAsync(databases, BehindProxy, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var client = app.NewClient();
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var cookies = new List<string>();
        foreach (var address in (string[])["/", "/leads", "/nothing/here", "/css/app.css", "/health/", "/api/v1/leads"])
        {
            using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal("max-age=31536000; includeSubDomains", Transport(answer));
        }

        // HttpClient keeps secure cookies back from http, a browser behind the proxy does not.
        using var signIn = await client.GetAsync(new Uri("/signin?lang=es", UriKind.Relative));
        var form = await signIn.PageAsync();
        var formCookie = Keep(signIn);
        using var body = new FormUrlEncodedContent([
            new("username", "maria"),
            new("password", AnteroomApp.Password),
            new("__RequestVerificationToken", Token(form)),
        ]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/signin", UriKind.Relative));
        request.Content = body;
        request.Headers.Add("Cookie", formCookie);
        using var signedIn = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        var session = Keep(signedIn);

        Assert.All(
            cookies,
            cookie =>
            {
                Assert.StartsWith("__Host-anteroom", cookie, StringComparison.Ordinal);
                Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
            }
        );
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(session));
        // One that a sister site could have planted.
        Assert.Equal(HttpStatusCode.Found, await OpenAsync(session.Replace("__Host-", "", StringComparison.Ordinal)));

        string Keep(HttpResponseMessage answer)
        {
            var set = answer.Headers.GetValues("Set-Cookie").ToList();
            cookies.AddRange(set);
            return string.Join("; ", set.Select(cookie => cookie.Split(';')[0]));
        }

        async Task<HttpStatusCode> OpenAsync(string cookie)
        {
            using var asking = new HttpRequestMessage(HttpMethod.Get, new Uri("/me", UriKind.Relative));
            asking.Headers.Add("Cookie", cookie);
            using var answer = await client.SendAsync(asking);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Over_plain_http_nothing_claims_https()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var spoof = app.NewClient();
        spoof.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https"); // of nobody we trust

        using var answer = await spoof.GetAsync(new Uri("/signin", UriKind.Relative));

        Assert.Null(Transport(answer));
        Assert.All(
            answer.Headers.GetValues("Set-Cookie"),
            cookie => Assert.DoesNotContain("__Host-", cookie, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_refused_host_name_gets_the_same_headers_as_every_answer()
    {
        await using var app = await AnteroomApp.StartAsync(databases, BehindProxy, role: "web");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
        request.Headers.Host = "evil.example";
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.NotNull(Transport(answer));
        foreach (
            var (header, part) in (ReadOnlySpan<(string, string)>)
                [
                    ("Content-Security-Policy", "frame-ancestors 'none'"),
                    ("X-Content-Type-Options", "nosniff"),
                    ("Cross-Origin-Resource-Policy", "same-origin"),
                ]
        )
            Assert.Contains(part, Assert.Single(answer.Headers.GetValues(header)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_leads_to_the_host_that_a_request_names()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("AllowedHosts", "*")], role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        string[] addresses =
        [
            "/",
            "/leads",
            "/leads/1?tab=notes",
            "/me",
            "/admin/users",
            "/board",
            "/live",
            "/signin?returnUrl=//evil.example",
            "/signin/code",
            "/forgot",
            "/api/leads",
            "/api/v1/leads",
            "/nothing/here",
            "/swagger",
            "/redoc",
        ];
        foreach (var address in addresses)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.Relative));
            request.Headers.Host = "evil.example";
            using var answer = await app.Client.SendAsync(request);
            Assert.DoesNotContain(
                "evil.example",
                answer.Headers.Location?.OriginalString ?? "",
                StringComparison.Ordinal
            );
            if (!address.Contains("evil", StringComparison.Ordinal))
                Assert.DoesNotContain(
                    "evil.example",
                    await answer.Content.ReadAsStringAsync(),
                    StringComparison.Ordinal
                );
        }

        using var leads = await app.Client.GetAsync(new Uri("/leads?status=registered", UriKind.Relative));
        Assert.Equal("/signin?returnUrl=%2Fleads%3Fstatus%3Dregistered", leads.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_passkey_is_asked_for_in_the_firms_name_whatever_the_request_says()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("AllowedHosts", "*"), new("Firm:PublicUrl", "https://leads.firm.example")],
            role: "web"
        );
        using var client = app.NewClient();
        client.DefaultRequestHeaders.Host = "evil.example";
        var page = await client.OpenAsync("/signin");
        using var token = new FormUrlEncodedContent([new("__RequestVerificationToken", Token(page))]);

        using var answer = await client.PostAsync(new Uri("/signin/passkey/options", UriKind.Relative), token);

        using var options = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("leads.firm.example", options.RootElement.GetProperty("rpId").GetString());
    }

    [Theory]
    [InlineData("*", "")]
    [InlineData("*", "300")]
    [InlineData("*", "a b")]
    [InlineData("*", "é.example")]
    [InlineData("*", "xn--a.example")]
    [InlineData("*", "localhost:99999")]
    [InlineData(null, "")]
    [InlineData(null, "300")]
    [InlineData(null, "é.example")]
    [InlineData(null, "xn--\u0001")]
    public async Task No_host_name_is_an_error_of_ours(string? allowed, string host)
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("AllowedHosts", allowed)], role: "web");
        if (host == "300")
            host = new string('a', 300);
        foreach (var address in (string[])["/", "/leads", "/signin", "/api/v1/leads", "/nothing", "/health/"])
        {
            var answer = await SendAsync(app, $"GET {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            Assert.Matches("^HTTP/1.1 [234]", answer);
        }
    }

    [Theory]
    [InlineData("/é", "/%C3%A9")]
    [InlineData("/leads?q=Ľ", "/leads?q=%C4%BD")]
    [InlineData("/\u202e", "/%E2%80%AE")]
    [InlineData("//evil.example", "/leads")]
    [InlineData("/\\evil.example", "/leads")]
    [InlineData("/\r\nSet-Cookie: a=b", "/leads")]
    public async Task Where_to_go_after_signing_in_is_a_path_of_ours_in_ASCII(string back, string there)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        using var client = app.NewClient();

        using var answer = await client.SignInAsync("maria", AnteroomApp.Password, back);
        using var again = await client.GetAsync(
            new Uri($"/signin?returnUrl={Uri.EscapeDataString(back)}", UriKind.Relative)
        );

        Assert.Equal((HttpStatusCode.SeeOther, there), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        Assert.Equal((HttpStatusCode.SeeOther, there), (again.StatusCode, again.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Names_are_the_same_in_full_width_and_share_their_tries()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("RateLimits:Enabled", "true"),
                new("RateLimits:SignInsPerAccount:PerMinute", "0.01"),
                new("RateLimits:SignInsPerAccount:Burst", "2"),
            ],
            role: "web",
            alone: true
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        var statuses = new List<HttpStatusCode>();
        foreach (var name in (string[])["ｍａｒｉａ", "maria", "ＭＡＲＩＡ"])
        {
            using var answer = await app.NewClient().SignInAsync(name, AnteroomApp.Password);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([HttpStatusCode.SeeOther, HttpStatusCode.SeeOther, HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task More_streams_than_a_user_may_have_end_the_oldest_and_nobody_elses()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        using var maria = await app.SignedInAsync();
        using var sam = await app.SignedInAsync(Role.Staff, "sam");
        await using var other = await EventStream.OpenAsync(sam);
        await using var first = await EventStream.OpenAsync(maria);
        var streams = new List<EventStream>();
        for (var i = 0; i < Changes.MostForOne; i++)
            streams.Add(await EventStream.OpenAsync(maria));

        await first.EndsAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromMinutes(5), first.ComeBackAfter); // or the two would push each other out for good
        var number = await new Prospect().IsAcceptedAsync(app);
        await other.HearsAsync(number);
        foreach (var stream in streams)
        {
            await stream.HearsAsync(number);
            await stream.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/signin/passkey/options", "/signin", false)]
    [InlineData("/setup", "/signin", false)]
    [InlineData("/me/passkeys/options", "/me/passkeys", true)]
    public async Task Doors_around_signing_in_are_limited(string door, string page, bool signedIn)
    {
        await using var app = await LimitedAsync(burst: 3);
        using var client = signedIn ? await app.SignedInAsync() : app.NewClient();
        var token = Token(await client.OpenAsync(page));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", token)]);
            using var answer = await client.PostAsync(new Uri(door, UriKind.Relative), form);
            statuses.Add(answer.StatusCode);
        }

        Assert.NotEqual(HttpStatusCode.TooManyRequests, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public async Task Signing_out_is_limited_by_user_so_that_no_neighbor_keeps_somebody_in()
    {
        await using var app = await LimitedAsync(burst: 2);
        using var maria = await app.SignedInAsync();
        using var sam = await app.SignedInAsync(Role.Staff, "sam");
        using (var neighbor = await app.NewClient().SignInAsync("sam", AnteroomApp.Password))
            Assert.Equal(HttpStatusCode.TooManyRequests, neighbor.StatusCode);
        await using (
            var spend = app.Database.CreateCommand(
                "insert into rate_limits (key, tokens, at) select 'signout:' || id, 0, now() from users where user_name = 'sam'"
            )
        )
            await spend.ExecuteNonQueryAsync();

        using var limited = await sam.SendFormAsync((await sam.OpenAsync("/me")).Form("/signout"));
        using var free = await maria.SendFormAsync((await maria.OpenAsync("/me")).Form("/signout"));

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.SeeOther), (limited.StatusCode, free.StatusCode));
    }

    [Fact]
    public async Task Folders_that_hold_people_are_closed_to_others()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "all", alone: true);
        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select exists (select from emails where state = 'sent')");
        await using (var scope = app.Services.CreateAsyncScope())
            await scope
                .ServiceProvider.GetRequiredService<Anteroom.Admin.MakeBackup>()
                .RunAsync(CancellationToken.None);

        var open = Directory
            .EnumerateDirectories(app.Folder, "*", SearchOption.AllDirectories)
            .Where(folder =>
                !OperatingSystem.IsWindows()
                && (
                    File.GetUnixFileMode(folder)
                    & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)
                ) != UnixFileMode.None
            );
        Assert.Contains(Directory.EnumerateDirectories(app.Folder), folder => Path.GetFileName(folder) is "backups");
        Assert.Empty(open);
    }

    [Fact]
    public async Task What_is_turned_away_is_counted_in_the_log()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var lines = new Lines();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Logging:LogLevel:Anteroom", "Information"),
                new("RateLimits:Enabled", "true"),
                new("RateLimits:SignIns:PerMinute", "0.01"),
                new("RateLimits:SignIns:Burst", "1"),
            ],
            adjust: services =>
            {
                services.AddSingleton<TimeProvider>(clock);
                services.AddSingleton<ILoggerProvider>(lines);
            },
            role: "web"
        );
        for (var i = 0; i < 3; i++)
            using (await app.NewClient().SignInAsync("maria", "wrong password")) { }
        using (var forged = new FormUrlEncodedContent([new("username", "maria")]))
        using (await app.Client.PostAsync(new Uri("/signin", UriKind.Relative), forged)) { }
        using (var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative)))
        {
            request.Headers.Host = "evil.example";
            using (await app.Client.SendAsync(request)) { }
        }

        for (var i = 0; i < 100 && !lines.Any("Requests turned away"); i++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(50);
        }

        Assert.Contains(
            "Requests turned away in the last minute: 2 by limits, 1 forms without their token, 1 for other host names",
            lines.All
        );
        // What is in the audit log is there, too.
        Assert.True(lines.Any("sign_in_failed by Somebody from "));
    }

    private Task<AnteroomApp> LimitedAsync(int burst) =>
        AnteroomApp.StartAsync(
            databases,
            [
                new("RateLimits:Enabled", "true"),
                new("RateLimits:SignIns:PerMinute", "0.01"),
                new("RateLimits:SignIns:Burst", $"{burst}"),
            ],
            role: "web",
            alone: true // it remembers who was refused
        );

    private static string Token(AngleSharp.Html.Dom.IHtmlDocument page) =>
        page.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;

    private static async Task<string> SendAsync(AnteroomApp app, string request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static string? Transport(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Strict-Transport-Security", out var values) ? string.Join(", ", values) : null;

    /// <summary>What the log says.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _all = new();

        public IReadOnlyCollection<string> All => _all;

        public bool Any(string start) => _all.Any(line => line.StartsWith(start, StringComparison.Ordinal));

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => _all.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
