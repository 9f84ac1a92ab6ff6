using System.ComponentModel.DataAnnotations;
using Anteroom.Firm;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>How a node comes and goes. Section <c>Node</c>.</summary>
public sealed class NodeOptions
{
    /// <summary>
    /// How long a node that is told to stop still answers, saying that it is not ready, so that a load balancer stops sending it
    /// requests first. A few looks of the load balancer; zero where there is none.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Drain { get; set; } = TimeSpan.Zero;

    /// <summary>Whether a node asks itself for the first pages before it says that it is ready.</summary>
    public bool WarmUp { get; set; } = true;
}

/// <summary>
/// Whether a load balancer should send this node requests: not before the first of each kind is behind it, and not once it is told to
/// stop. That the database is away is no reason: all nodes would be out, and nobody would tell people to try again.
/// </summary>
public sealed partial class Readiness(
    IServer server,
    IHostApplicationLifetime lifetime,
    IOptions<NodeOptions> options,
    IOptions<FirmOptions> firm,
    ILogger<Readiness> logger
) : IHostedLifecycleService
{
    private static readonly string[] FirstPages = ["/", "/signin", "/leads", "/api/v1/leads", "/health/"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private volatile string _word = "starting";

    /// <summary><c>starting</c>, <c>ready</c> or <c>draining</c>.</summary>
    public string Word => _word;

    /// <summary>It is told to stop: connections are closed after the answer, so that none is idle at the end.</summary>
    public bool IsDraining => _word == "draining";

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken)
    {
        if (options.Value.WarmUp)
            _ = WarmUpAsync();
        else
            _word = "ready";
        return Task.CompletedTask;
    }

    async Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken)
    {
        _word = "draining";
        if (options.Value.Drain > TimeSpan.Zero)
            await Task.Delay(options.Value.Drain, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Asks for the pages that people ask for first, so that nobody waits for them to be compiled.</summary>
    private async Task WarmUpAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        limit.CancelAfter(Patience);
        try
        {
            if (Address() is { } address)
            {
                using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
                {
                    BaseAddress = address,
                };
                if (Uri.TryCreate(firm.Value.PublicUrl, UriKind.Absolute, out var site))
                    client.DefaultRequestHeaders.Host = site.Authority; // others may not be allowed
                foreach (var page in FirstPages)
                    using (await client.GetAsync(new Uri(page, UriKind.Relative), limit.Token)) { }
            }
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            NotWarm(logger, error.Message);
        }

        if (_word == "starting")
            _word = "ready";
    }

    private Uri? Address() =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } text
        && Uri.TryCreate(
            text.Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
                .Replace("[::]", "localhost", StringComparison.Ordinal)
                .Replace("+", "localhost", StringComparison.Ordinal),
            UriKind.Absolute,
            out var address
        )
            ? address
            : null;

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "The first pages could not be asked for ahead: {Reason}")]
    private static partial void NotWarm(ILogger logger, string reason);
}
