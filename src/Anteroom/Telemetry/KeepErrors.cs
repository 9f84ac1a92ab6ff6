using Anteroom.Data;
using Npgsql;

namespace Anteroom.Telemetry;

/// <summary>
/// Writes down what went wrong, grouped, a few seconds later and in one statement: requests do not wait for it. While the database is away,
/// it keeps what it has counted.
/// </summary>
internal sealed class KeepErrors(ErrorLog log, NpgsqlDataSource database, TimeProvider time) : BackgroundService
{
    /// <summary>How many kinds are kept; the longest unseen go first.</summary>
    public const int Most = 500;

    /// <summary>How long a kind is kept that does not come again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private static readonly InsertRows<ErrorGroup> Insert = new InsertRows<ErrorGroup>(
        "error_groups",
        """
        on conflict (fingerprint) do update set count = error_groups.count + excluded.count,
            last_at = greatest(error_groups.last_at, excluded.last_at), stack = excluded.stack, node = excluded.node,
            trace_id = excluded.trace_id, request_id = excluded.request_id
        """
    ).Column("fingerprint", group => group.Fingerprint).Column("type", group => group.Type).Column("place", group => group.Place).Column("category", group => group.Category).Column("template", group => group.Template).Column("stack", group => group.Stack).Column("count", group => group.Count).Column("first_at", group => group.FirstAt).Column("last_at", group => group.LastAt).Column("node", group => group.Node).Column("trace_id", group => group.TraceId).Column("request_id", group => group.RequestId);

    private readonly Dictionary<string, ErrorGroup> _counted = new(StringComparer.Ordinal);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await log.Seen.WaitToReadAsync(stoppingToken))
            {
                // What comes at once is written once; real time, so that a test's clock does not hold it up.
                await Task.Delay(Every, TimeProvider.System, stoppingToken);
                await TryWriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }

        await TryWriteAsync(CancellationToken.None);
    }

    private async Task TryWriteAsync(CancellationToken cancellation)
    {
        Count();
        if (_counted.Count == 0)
            return;
        try
        {
            await using var batch = database.CreateBatch();
            // In the order of the keys, so that two nodes do not wait for each other's rows.
            Insert.Add(batch, [.. _counted.Values.OrderBy(group => group.Fingerprint, StringComparer.Ordinal)]);
            batch.Add(
                "delete from error_groups where last_at < $1 or fingerprint in (select fingerprint from error_groups order by last_at desc offset $2)",
                Sql.Value(time.GetUtcNow() - Kept),
                Sql.Value(Most)
            );
            await batch.ExecuteNonQueryAsync(cancellation);
            _counted.Clear();
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
        {
            // With the next one. Nothing is logged: that would be an error of its own.
        }
    }

    private void Count()
    {
        while (log.Seen.TryRead(out var seen))
        {
            var known = _counted.GetValueOrDefault(seen.Fingerprint);
            if (known is null && _counted.Count == Most)
                continue;
            _counted[seen.Fingerprint] = new ErrorGroup
            {
                Fingerprint = seen.Fingerprint,
                Type = seen.Type,
                Place = seen.Place,
                Category = seen.Category,
                Template = seen.Template,
                Stack = seen.Stack,
                Count = (known?.Count ?? 0) + 1,
                FirstAt = Sql.Instant(known?.FirstAt ?? seen.At),
                LastAt = Sql.Instant(seen.At),
                Node = Environment.MachineName,
                TraceId = seen.TraceId,
                RequestId = seen.RequestId,
            };
        }
    }
}
