using System.Collections.Concurrent;
using System.Net;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anteroom.Tests.Web;

/// <summary>A request has one name, in the answer and in the log.</summary>
public sealed class RequestIdTests(TestDatabases databases)
{
    private const string Header = "X-Request-ID";

    [Theory]
    [InlineData("/")]
    [InlineData("/health/live")]
    [InlineData("/api/leads/")]
    [InlineData("/api/v1/leads")]
    [InlineData("/nothing/here")]
    [InlineData("/css/app.css")]
    public async Task A_sane_one_comes_back_and_without_one_every_answer_has_another(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        Assert.Equal("a-Name.of_4711", await AskAsync(app, address, "a-Name.of_4711"));
        Assert.Equal(new string('x', 128), await AskAsync(app, address, new string('x', 128)));
        var one = await AskAsync(app, address);
        var two = await AskAsync(app, address);
        Assert.Matches("^[0-9a-f]{32}$", one);
        Assert.NotEqual(one, two);
    }

    [Theory]
    [InlineData("with space")]
    [InlineData("<script>")]
    [InlineData("a,b")]
    [InlineData("ünïcode")]
    [InlineData("")]
    public async Task One_that_could_do_harm_is_replaced(string id)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        Assert.Matches("^[0-9a-f]{32}$", await AskAsync(app, "/health/live", id));
        Assert.Matches("^[0-9a-f]{32}$", await AskAsync(app, "/health/live", new string('x', 129)));
    }

    [Fact]
    public async Task An_answer_to_another_host_name_and_a_refusal_have_it_too()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("AllowedHosts", "leads.firm.example")],
            role: "web"
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Host = "evil.example";
        request.Headers.Add(Header, "known-1");

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("known-1", Assert.Single(answer.Headers.GetValues(Header)));
    }

    [Fact]
    public async Task Lines_of_the_log_about_a_request_are_in_its_scope()
    {
        using var lines = new Lines();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("TRUSTED_PROXIES", "")],
            adjust: services => services.AddSingleton<ILoggerProvider>(lines),
            role: "web"
        );
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Add(Header, "seen-in-the-log");
        // Said once, by whoever reads this header without a trusted proxy.
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");

        using var answer = await app.Client.SendAsync(request);

        Assert.Contains("seen-in-the-log", lines.Ids);
    }

    private static async Task<string> AskAsync(AnteroomApp app, string address, string? id = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (id is not null)
            request.Headers.TryAddWithoutValidation(Header, id);
        using var client = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                RequestHeaderEncodingSelector = (_, _) => System.Text.Encoding.UTF8,
            }
        )
        {
            BaseAddress = app.Address,
        };
        using var answer = await client.SendAsync(request);
        return Assert.Single(answer.Headers.GetValues(Header));
    }

    /// <summary>The names of the requests in whose scope a line was written.</summary>
    private sealed class Lines : ILoggerProvider, ISupportExternalScope, ILogger
    {
        private IExternalScopeProvider? _scopes;

        public ConcurrentBag<string> Ids { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) =>
            _scopes?.ForEachScope(
                (scope, ids) =>
                {
                    foreach (var (key, value) in scope as IEnumerable<KeyValuePair<string, object>> ?? [])
                        if (key == "RequestId")
                            ids.Add($"{value}");
                },
                Ids
            );

        public void Dispose() { }
    }
}
