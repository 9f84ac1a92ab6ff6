using Anteroom.Data;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Anteroom.Work;

/// <summary>Whether what is due gets done, in every table that is a queue; what is paused or limited may wait.</summary>
internal sealed class WorkHealth(NpgsqlDataSource database, IEnumerable<ClaimTable> tables, TimeProvider time)
    : IHealthCheck
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(2);

    private readonly string _sql =
        $"select {string.Join(" or ", tables.Select(table => $"exists (select from {table.Name} where state = 'queued' and next_attempt_at < $1 and {table.IsFree})"))}";

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        CurrentHealth.BoundedAsync(
            async cancellation =>
            {
                await using var ask = database.CreateCommand(_sql);
                ask.Parameters.Add(Sql.Value(time.GetUtcNow() - Late));
                return await ask.ExecuteScalarAsync(cancellation) is true ? "late" : null;
            },
            context,
            _ => "unknown"
        );
}
