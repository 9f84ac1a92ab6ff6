using System.Diagnostics.Metrics;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Telemetry;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// What stands in the database, as metrics: read every few seconds by one statement over partial indexes, and only where metrics are
/// collected. Every node reports the same, so whoever adds nodes up takes the greatest.
/// </summary>
internal sealed partial class ProductGauges : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _database;
    private readonly DataFolder _data;
    private readonly IReadOnlyList<IChannel> _channels;
    private readonly TimeProvider _time;
    private readonly ILogger<ProductGauges> _logger;
    private volatile Reading? _now;

    /// <param name="Queues">Those with something in them.</param>
    /// <param name="Leads">Of the last day, and those that wait.</param>
    private sealed record Reading(IReadOnlyList<QueueRow> Queues, LeadsRow Leads);

    private sealed record QueueRow
    {
        public required string Queue { get; init; }
        public required long Waiting { get; init; }
        public required long Running { get; init; }
        public required long Failed { get; init; }
        public required double OldestSeconds { get; init; }
    }

    private sealed record LeadsRow
    {
        public required long Waiting { get; init; }
        public required double OldestSeconds { get; init; }
        public required long Kept { get; init; }
        public required long Late { get; init; }
        public required double MedianSeconds { get; init; }
        public required double SlowSeconds { get; init; }
    }

    public ProductGauges(
        NpgsqlDataSource database,
        DataFolder data,
        IEnumerable<IChannel> channels,
        IMeterFactory meters,
        TimeProvider time,
        ILogger<ProductGauges> logger
    )
    {
        (_database, _data, _channels, _time, _logger) = (database, data, [.. channels], time, logger);
        var meter = meters.Create(Measures.Name);
        meter.CreateObservableGauge(
            "anteroom.queue.items",
            Items,
            "{item}",
            "Background work and messages, by queue and state"
        );
        meter.CreateObservableGauge(
            "anteroom.queue.oldest.age",
            Oldest,
            "s",
            "How long the one that is due longest has been due"
        );
        meter.CreateObservableGauge(
            "anteroom.leads.waiting",
            () => Leads(leads => leads.Waiting),
            "{lead}",
            "Leads that nobody has reached out to"
        );
        meter.CreateObservableGauge(
            "anteroom.leads.oldest.age",
            () => Leads(leads => leads.OldestSeconds),
            "s",
            "How long the oldest of them has waited"
        );
        meter.CreateObservableGauge(
            "anteroom.first_contact.leads",
            Promises,
            "{lead}",
            "Leads of the last 24 hours, by whether the promised first contact was kept"
        );
        meter.CreateObservableGauge(
            "anteroom.first_contact.wait",
            Contacts,
            "s",
            "How long leads of the last 24 hours waited for their first contact, as quantiles"
        );
        meter.CreateObservableGauge("system.filesystem.usage", Disk, "By", "Space where the data folder is");
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every);
        try
        {
            do await TryReadAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    private async Task TryReadAsync(CancellationToken cancellation)
    {
        try
        {
            _now = await ReadAsync(cancellation);
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
        {
            _now = null; // no figures are better than old ones
            NotRead(_logger, error.Message);
        }
    }

    private async Task<Reading> ReadAsync(CancellationToken cancellation)
    {
        var now = Sql.Instant(_time.GetUtcNow());
        await using var batch = _database.CreateBatch();
        batch.Add(
            """
            select queue, count(*) filter (where state = 'queued') waiting, count(*) filter (where state in ('sending', 'working')) running,
                count(*) filter (where state = 'failed') failed,
                coalesce(extract(epoch from $1 - min(next_attempt_at) filter (where next_attempt_at <= $1)), 0)::float8 oldest_seconds
            from (
                select channel queue, state, next_attempt_at from outbox where state = 'queued'
                union all select channel, state, next_attempt_at from outbox where state = 'sending'
                union all select channel, state, null from outbox where state = 'failed'
                union all select kind, state, next_attempt_at from work where state = 'queued'
                union all select kind, state, next_attempt_at from work where state = 'working'
                union all select kind, state, null from work where state = 'failed'
            ) open group by queue
            """,
            Sql.Value(now)
        );
        batch.Add(
            $"""
            select coalesce((select sum(leads) from lead_counts where status = 'registered'), 0)::bigint waiting,
                coalesce(extract(epoch from $1 - (select created_at from leads where status = 'registered' and deleted_at is null
                    order by number limit 1)), 0)::float8 oldest_seconds,
                count(*) filter (where reached_out_at <= due) kept,
                count(*) filter (where reached_out_at > due or (reached_out_at is null and due <= $1 and closed_at is null)) late,
                coalesce(extract(epoch from percentile_disc(0.5) within group (order by waited)), 0)::float8 median_seconds,
                coalesce(extract(epoch from percentile_disc(0.95) within group (order by waited)), 0)::float8 slow_seconds
            from (
                select closed_at, reached_out_at, reached_out_at - created_at waited, coalesce(contact_due_at, created_at + $2) due from leads
                where created_at > $1 - interval '1 day' and deleted_at is null and {FirstContactTarget.Applies}
            ) day
            """,
            Sql.Value(now),
            Sql.Value(FirstContactTarget.Time)
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var queues = await reader.ReadAllAsync<QueueRow>(cancellation);
        return new Reading(queues, (await reader.ReadOneAsync<LeadsRow>(cancellation))!);
    }

    /// <summary>All of them, so that an empty one is 0 and not missing.</summary>
    private IEnumerable<QueueRow> Queues()
    {
        if (_now is not { Queues: var open })
            return [];
        string[] all =
        [
            .. _channels.Select(channel => channel.Name),
            .. Enum.GetValues<WorkKind>().Select(kind => kind.ToWire()),
        ];
        return all.Select(queue =>
            open.FirstOrDefault(row => row.Queue == queue)
            ?? new QueueRow
            {
                Queue = queue,
                Waiting = 0,
                Running = 0,
                Failed = 0,
                OldestSeconds = 0,
            }
        );
    }

    private IEnumerable<Measurement<long>> Items()
    {
        foreach (var row in Queues())
        foreach (
            var (state, count) in ((string, long)[])
                [("waiting", row.Waiting), ("running", row.Running), ("failed", row.Failed)]
        )
            yield return new(count, new("anteroom.queue", row.Queue), new("anteroom.queue.state", state));
    }

    private IEnumerable<Measurement<double>> Oldest() =>
        Queues()
            .Select(row => new Measurement<double>(
                row.OldestSeconds,
                new KeyValuePair<string, object?>("anteroom.queue", row.Queue)
            ));

    private IEnumerable<Measurement<double>> Leads(Func<LeadsRow, double> of) =>
        _now is { Leads: var leads } ? [new(of(leads))] : [];

    private IEnumerable<Measurement<long>> Promises() =>
        _now is { Leads: var leads }
            ?
            [
                new(leads.Kept, new KeyValuePair<string, object?>("anteroom.promise", "kept")),
                new(leads.Late, new KeyValuePair<string, object?>("anteroom.promise", "late")),
            ]
            : [];

    private IEnumerable<Measurement<double>> Contacts() =>
        _now is { Leads: var leads }
            ?
            [
                new(leads.MedianSeconds, new KeyValuePair<string, object?>("quantile", "0.5")),
                new(leads.SlowSeconds, new KeyValuePair<string, object?>("quantile", "0.95")),
            ]
            : [];

    private IEnumerable<Measurement<long>> Disk()
    {
        var disk = new DriveInfo(_data.Path);
        return
        [
            new(disk.AvailableFreeSpace, new KeyValuePair<string, object?>("system.filesystem.state", "free")),
            new(
                disk.TotalSize - disk.TotalFreeSpace,
                new KeyValuePair<string, object?>("system.filesystem.state", "used")
            ),
        ];
    }

    [LoggerMessage(LogLevel.Warning, "Metrics could not be read from the database: {Reason}")]
    private static partial void NotRead(ILogger logger, string reason);
}
