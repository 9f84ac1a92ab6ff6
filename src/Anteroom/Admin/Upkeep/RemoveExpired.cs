using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Http;
using Anteroom.Leads;
using Anteroom.Notices;
using Anteroom.Schedule;
using Anteroom.Telemetry;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// Removes what is over: sign-ins, tokens, links, answers that can no longer be repeated, limits, finished work, old measurements; and
/// recovery codes in clear, which an older version kept: their hashes take their place.
/// Nothing that is removed here is still in use, so it does not matter when, how often or how far it runs.
/// </summary>
public sealed class RemoveExpired(
    NpgsqlDataSource database,
    IOptions<MaintenanceOptions> options,
    IOptions<RateLimitOptions> limits,
    IOptions<RetentionOptions> retention,
    ChangeLog changes,
    TrimAudit audit,
    QueueTally tally,
    IServiceScopeFactory scopes,
    TimeProvider time
)
{
    /// <summary>Rows a statement: short transactions, in nobody's way.</summary>
    private const int BatchSize = 5_000;

    /// <summary>Removes what is due.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var removed = new List<string>();
        foreach (var (what, table, condition, before) in Things(now))
        {
            var rows = await RemoveAsync(table, condition, before, cancellation);
            if (rows > 0)
                removed.Add(string.Create(CultureInfo.InvariantCulture, $"{rows:N0} {what}"));
        }

        if (
            retention.Value.DeleteAuditAfterDays is { } kept and > 0
            && await audit.RunAsync(now.AddDays(-Math.Max(kept, RetentionOptions.LeastAuditDays)), cancellation)
                is var lines
                    and > 0
        )
            removed.Add(string.Create(CultureInfo.InvariantCulture, $"{lines:N0} lines of the audit log"));
        if (await changes.TrimAsync(cancellation) is var trimmed and > 0)
            removed.Add(string.Create(CultureInfo.InvariantCulture, $"{trimmed:N0} lines of the feed of changes"));
        await tally.RollUpAsync(cancellation);
        await using (var scope = scopes.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<UsersInDatabase>().HashOldCodesAsync(cancellation);
        return new JobReport(removed.Count == 0 ? "Nothing had expired." : $"Removed {string.Join(", ", removed)}.");
    }

    private IEnumerable<(string What, string Table, string Condition, DateTimeOffset Before)> Things(DateTimeOffset now)
    {
        yield return ("sign-ins of the API", "refresh_tokens", "expires_at < $1", now);
        yield return ("links to users", "user_links", "expires_at < $1", now);
        yield return ("old sign-ins to the pages", "user_sessions", "seen_at < $1", now - UserSessions.Kept);
        if (options.Value.ApiTokenDays is { } days and > 0)
            yield return ("API tokens", "api_tokens", "created_at < $1", now.AddDays(-days));
        yield return ("API tokens that had run out", "api_tokens", "expires_at < $1", now);
        yield return ("set-up links", "setup_links", "created_at < $1", now - SetUpFirm.LinkLife);
        yield return ("retired signing keys", "signing_keys", "retires_at < $1", now);
        yield return ("idempotency keys", "idempotency_keys", "created_at < $1", now.AddDays(-1));
        yield return ("rate limits", "rate_limits", "at < $1", now - limits.Value.LongestRefill);
        yield return (
            "pieces of finished work",
            "work",
            "state in ('done', 'cancelled') and finished_at < $1",
            now.AddDays(-options.Value.FinishedWorkDays)
        );
        yield return ("people at leads' pages", "lead_viewers", "seen_at < $1", now - LeadPresence.Lasts);
        yield return ("health samples", "health_samples", "at < $1", now - HealthSamples.Kept);
        yield return ("kinds of errors", "error_groups", "last_at < $1", now - KeepErrors.Kept);
        yield return ("changes that could be taken back", "undos", "at < $1", now.AddDays(-1));
        yield return ("notes of what was read", "lead_reads", "read_at < $1", now.AddDays(-LeadRead.Days));
        yield return ("notifications", "notices", "at < $1", now.AddDays(-ReadNotices.Days));
        yield return ("acts on queues", "queue_acts", "finished_at < $1", now.AddDays(-90));
        yield return ("alarms that were over", "past_conditions", "ended_at < $1", now.AddDays(-90));
        yield return ("nodes", "nodes", "ended_at < $1", now.AddDays(-30));
        yield return ("imports with their rows", "imports", "created_at < $1", now.AddDays(-Import.Days));
        yield return ("job reports", "job_reports", "at < $1", now.AddDays(-90));
    }

    private async Task<long> RemoveAsync(
        string table,
        string condition,
        DateTimeOffset before,
        CancellationToken cancellation
    )
    {
        var removed = 0L;
        int rows;
        do
        {
            await using var remove = database.CreateBatch();
            remove.Add(
                $"delete from {table} where ctid = any (array(select ctid from {table} where {condition} limit {BatchSize} for update skip locked))",
                Sql.Value(before)
            );
            rows = await remove.ExecuteNonQueryAsync(cancellation);
            removed += rows;
        } while (rows == BatchSize);

        return removed;
    }
}
