using System.Globalization;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Schedule;
using Anteroom.Work;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What is wrong, before it is an alarm.</summary>
/// <param name="Name">A word with underscores; what it is about may follow after <c>@</c>.</param>
/// <param name="Detail">What is the matter.</param>
/// <param name="Advice">What helps.</param>
/// <param name="Link">The page that has more, as a path.</param>
internal sealed record Trouble(string Name, string Detail, string Advice, string Link);

/// <summary>
/// Holds what the database knows against how it should be: jobs, queues, leases, nodes, disks, clocks, settings. Every worker looks and finds the
/// same; what is no longer so is over.
/// </summary>
internal sealed class LookForTrouble(
    NpgsqlDataSource database,
    ScheduleQueries schedule,
    KeepSettings settings,
    Alarms alarms,
    TimeProvider time
)
{
    /// <summary>A kind or job that is paused for longer has probably been forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    /// <summary>A node tells of itself every 20 seconds (<see cref="KeepNode"/>).</summary>
    private static readonly TimeSpan Missing = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan JobLate = TimeSpan.FromMinutes(15);

    /// <summary>Of one kind in an hour: that many are no longer a few wrong addresses.</summary>
    private const int ManyMessages = 10;

    private const double LeastFree = 0.1;
    private const double FreeAgain = 0.12;
    private const double ClockTolerance = 2;

    // Beginnings of the names that are ours to end.
    private static readonly string[] Ours =
    [
        "job_failed@",
        "jobs_late",
        "job_paused@",
        "given_up@",
        "refused@",
        "queue_paused@",
        "lease@",
        "node_missing@",
        "disk@",
        "clock@",
        "setting@",
    ];

    // Of parts of a machine (TellAlarms), which nobody ends when the machine is gone.
    private static readonly string[] OfMachines = ["resumes@", "mail@", "work@"];

    /// <summary>Looks once; raises and ends what has changed.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var facts = await ReadAsync(now, cancellation);
        var raised = facts.Conditions.ToDictionary(row => row.Name, StringComparer.Ordinal);
        var found = new Dictionary<string, Trouble>(StringComparer.Ordinal);
        foreach (
            var trouble in OfQueues(facts)
                .Concat(OfNodes(facts, raised))
                .Concat(await OfJobsAsync(now, cancellation))
                .Concat(OfSettings())
        )
            found.TryAdd(trouble.Name, trouble);

        foreach (var (name, trouble) in found)
            if (
                !raised.TryGetValue(name, out var known)
                || (known.Detail, known.Advice, known.Link) != (trouble.Detail, trouble.Advice, trouble.Link)
            )
                await alarms.RaiseAsync(name, trouble.Detail, cancellation, trouble.Advice, trouble.Link);
        foreach (var name in raised.Keys.Where(name => !found.ContainsKey(name) && IsOver(name, facts)))
            await alarms.EndAsync(name, cancellation);
    }

    private static bool IsOver(string name, Facts facts) =>
        Array.Exists(Ours, ours => name.StartsWith(ours, StringComparison.Ordinal))
        || (
            Array.Exists(OfMachines, part => name.StartsWith(part, StringComparison.Ordinal))
            && facts.Nodes.Exists(node => node.IsAlive)
            && !facts.Nodes.Exists(node => node.IsAlive && name.EndsWith($"@{node.Machine}", StringComparison.Ordinal))
        );

    private sealed record ConditionRow(string Name, string Detail, string? Advice, string? Link);

    private sealed record CountRow(string What, string Queue, string Kind, long Items, DateTimeOffset? Since);

    private sealed record NodeFact(
        int Id,
        string Machine,
        int Process,
        string Role,
        double DiskShare,
        long DiskFreeBytes,
        double ClockAheadSeconds,
        bool IsAlive,
        TimeSpan Silent
    );

    private sealed record Facts(List<ConditionRow> Conditions, List<CountRow> Counts, List<NodeFact> Nodes);

    /// <summary>One round trip.</summary>
    private async Task<Facts> ReadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add("select name, detail, advice, link from conditions where detail is not null");
        batch.Add(
            """
            select 'given_up' what, 'work' queue, kind, count(*) items, null::timestamptz since from work where state = 'failed' group by kind
            union all
            select 'refused', channel, kind, count(*), null from outbox
                where state = 'failed' and failed_at > $1 - interval '1 hour' group by channel, kind
            union all
            select 'paused', queue, kind, 1, paused_at from queue_controls where paused_at < $2
            union all
            select 'lease', 'work', kind, count(*), min(leased_until) from work
                where state = 'working' and leased_until < $1 - interval '2 minutes' group by kind
            union all
            select 'lease', channel, kind, count(*), min(leased_until) from outbox
                where state = 'sending' and leased_until < $1 - interval '2 minutes' group by channel, kind
            """,
            Sql.Value(now),
            Sql.Value(now - Forgotten)
        );
        batch.Add(
            $"""
            select id, machine, process, role, disk_free_bytes::float8 / greatest(disk_bytes, 1) disk_share, disk_free_bytes,
                clock_ahead_seconds, exists (select from ({Node.Held}) held where objid = nodes.id) is_alive,
                least(clock_timestamp() - seen_at, clock_timestamp() - pg_postmaster_start_time()) silent
            from nodes where ended_at is null
            """
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        return new(
            await reader.ReadAllAsync<ConditionRow>(cancellation),
            await reader.ReadAllAsync<CountRow>(cancellation),
            await reader.ReadAllAsync<NodeFact>(cancellation)
        );
    }

    private static IEnumerable<Trouble> OfQueues(Facts facts)
    {
        foreach (var row in facts.Counts)
        {
            var queue = QueueName.Of(row.Queue, row.Kind);
            var page = $"/admin/queues/{queue}";
            switch (row.What)
            {
                case "given_up":
                    yield return new(
                        $"given_up@{queue}",
                        Text($"{Items(row.Items)} of “{queue.Label}” {(row.Items == 1 ? "was" : "were")} given up."),
                        "See why, and have it tried again or discard it.",
                        $"/admin/queues?queue={queue}"
                    );
                    break;
                case "refused" when row.Items >= ManyMessages:
                    yield return new(
                        $"refused@{queue}",
                        Text($"{Items(row.Items)} of “{queue.Label}” failed within an hour."),
                        "See why: when the other side refuses everything, its settings or the sender are probably wrong. Then retry all of them.",
                        $"/admin/queues?queue={queue}"
                    );
                    break;
                case "paused":
                    yield return new(
                        $"queue_paused@{queue}",
                        $"The queue “{queue.Label}” has been paused for more than a day, and nothing of it is done.",
                        "Resume it if it was forgotten.",
                        page
                    );
                    break;
                case "lease":
                    yield return new(
                        $"lease@{queue}",
                        Text(
                            $"{Items(row.Items)} of “{queue.Label}” {(row.Items == 1 ? "is" : "are")} older than the lease and not taken over."
                        ),
                        "The process that has it no longer moves: restart it. If the queue is paused, resume it.",
                        $"/admin/queues?queue={queue}&state=running"
                    );
                    break;
            }
        }
    }

    private static IEnumerable<Trouble> OfNodes(Facts facts, Dictionary<string, ConditionRow> raised)
    {
        foreach (var node in facts.Nodes)
        {
            var name = Text($"{node.Machine}, process {node.Process}");
            if (!node.IsAlive)
            {
                // After a restart of the database everybody is given time to come back.
                if (node.Silent > Missing)
                    yield return new(
                        Text($"node_missing@{node.Machine}/{node.Process}"),
                        $"The node {name} ({node.Role}) is gone: it has not stopped as it should, and no other was started in its place there.",
                        "Start it again; what it had claimed is with the others already. If it is not to come back, have it forgotten on this page.",
                        "/admin/operations#nodes"
                    );
                continue;
            }

            var disk = $"disk@{node.Machine}";
            if (node.DiskShare < (raised.ContainsKey(disk) ? FreeAgain : LeastFree))
                yield return new(
                    disk,
                    $"The disk of the data folder on {node.Machine} is nearly full: less than a tenth of it is free.",
                    "Make room: delete old backups or logs, or enlarge the disk.",
                    "/admin/operations#nodes"
                );
            if (Math.Abs(node.ClockAheadSeconds) > ClockTolerance)
                yield return new(
                    $"clock@{node.Machine}",
                    $"The clock of {node.Machine} is more than two seconds {(node.ClockAheadSeconds > 0 ? "ahead of" : "behind")} the database's.",
                    "Let both machines set their clocks by the same time server (NTP). Codes of second factors and tokens go by it.",
                    "/admin/operations#nodes"
                );
        }
    }

    private async Task<List<Trouble>> OfJobsAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var troubles = new List<Trouble>();
        var jobs = await schedule.ListAsync(cancellation);
        foreach (var state in jobs)
        {
            var page = $"/admin/schedule/{state.Job.Key}";
            if (state.Last is { Result: RunResult.Failed } last)
                troubles.Add(
                    new(
                        $"job_failed@{state.Job.Key}",
                        $"The job “{state.Job.Label}” has failed: {Short(last.Message)}",
                        "Once the cause is gone, run it again on its page.",
                        page
                    )
                );
            if (state.IsPaused && await IsForgottenAsync(state.Job.Key, now, cancellation))
                troubles.Add(
                    new(
                        $"job_paused@{state.Job.Key}",
                        $"The job “{state.Job.Label}” has been paused for more than a day.",
                        "Resume it if it was forgotten.",
                        page
                    )
                );
        }

        if (jobs.Any(state => state.RunningSince is null && state.Next < now - JobLate))
            troubles.Add(
                new(
                    "jobs_late",
                    "Recurring jobs are not run at their time.",
                    "See to it that a worker is running; restart it if it is.",
                    "/admin/schedule"
                )
            );
        return troubles;
    }

    /// <summary>By the audit log, where a pause is a line; one that was removed there is old.</summary>
    private async Task<bool> IsForgottenAsync(string job, DateTimeOffset now, CancellationToken cancellation) =>
        await database.QueryOneAsync<bool>(
            "select not exists (select from audit where subject = $1 and at > $2 and summary like 'paused %')",
            cancellation,
            Sql.Value($"job:{job}"),
            Sql.Value(now - Forgotten)
        );

    private IEnumerable<Trouble> OfSettings() =>
        settings.Unfit.Select(unfit => new Trouble(
            $"setting@{unfit.Key}",
            $"A saved setting cannot be used, and its default counts: {unfit.Value}",
            "Set it anew.",
            "/admin/settings"
        ));

    private static string Items(long count) => count == 1 ? "1 item" : Text($"{count:N0} items");

    private static string Short(string? words) =>
        words is null ? "no reason was given."
        : words.Length <= 300 ? words
        : $"{words[..300]}…";

    private static string Text(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
