using Npgsql;

namespace Anteroom.Leads;

/// <summary>Keeps the log of changes that <see cref="ChangeFeed"/> reads: at a start without what came from another server, and not for ever.</summary>
public sealed class ChangeLog(NpgsqlDataSource database) : IHostedService
{
    /// <summary>How long a program that keeps a copy may be away.</summary>
    public const int Days = 30;

    /// <summary>
    /// A dump that was loaded into another server may bring numbers of transactions that this one has not reached. New changes would come
    /// before them, unseen. Then the log begins anew, and every place in it is refused.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var forget = database.CreateCommand(
            """
            delete from lead_changes where exists (
                select from lead_changes where transaction_id >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
            """
        );
        await forget.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Deletes what is older than <see cref="Days"/>; returns how many rows. One statement, and from the beginning: a place in the feed that
    /// is still there has everything after it. What is older than the first younger change goes, so a quiet firm keeps its last ones.
    /// </summary>
    public async Task<int> TrimAsync(CancellationToken cancellation)
    {
        await using var trim = database.CreateCommand(
            $"""
            delete from lead_changes where (transaction_id, number) < (
                select transaction_id, number from lead_changes where at >= now() - interval '{Days} days'
                order by transaction_id, number limit 1)
            """
        );
        return await trim.ExecuteNonQueryAsync(cancellation);
    }
}
