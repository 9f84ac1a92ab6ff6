using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Anteroom.Resumes;

/// <summary>Whether resumes can be kept: by keeping a small file for a moment.</summary>
internal sealed class StoreHealth(IResumeStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        CurrentHealth.BoundedAsync(
            async cancellation =>
            {
                await store.TryOutAsync(cancellation);
                return null;
            },
            context,
            error => error is StoreMissingException ? "missing" : "not_writable"
        );
}
