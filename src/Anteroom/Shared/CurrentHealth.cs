using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Anteroom.Shared;

/// <summary>How all parts do, asked at most once a second however many want to know, and answered within two seconds.</summary>
/// <remarks>Each room adds the check of its part (<see cref="IHealthCheck"/>), whose description is one word.</remarks>
public sealed class CurrentHealth(HealthCheckService checks)
{
    /// <summary>How long a check may take; longer is <c>no_answer</c>.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _asking;
    private long _askedAt;

    /// <summary>Not older than a second.</summary>
    public Task<HealthReport> ReadAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_asking is null || (_asking.IsCompleted && TimeProvider.System.GetElapsedTime(_askedAt) > Fresh))
            {
                _askedAt = TimeProvider.System.GetTimestamp();
                _asking = Task.Run(() => checks.CheckHealthAsync(CancellationToken.None), CancellationToken.None);
            }

            return _asking.WaitAsync(cancellation);
        }
    }

    /// <summary>Bounds a check: whatever it waits for, there is an answer in time.</summary>
    /// <param name="check">Returns the part's state in a word; throws when it cannot.</param>
    /// <param name="context">Says how bad a failure is.</param>
    /// <param name="wrong">The word for what was thrown.</param>
    public static async Task<HealthCheckResult> BoundedAsync(
        Func<CancellationToken, Task<string?>> check,
        HealthCheckContext context,
        Func<Exception, string> wrong
    )
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            // Not only cancelled: what is stuck in the system is left behind.
            return await Task.Run(() => check(limit.Token), CancellationToken.None).WaitAsync(limit.Token) is { } bad
                ? new HealthCheckResult(context.Registration.FailureStatus, bad)
                : HealthCheckResult.Healthy("ok");
        }
        catch (OperationCanceledException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "no_answer");
        }
        catch (Exception error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, wrong(error));
        }
    }
}
