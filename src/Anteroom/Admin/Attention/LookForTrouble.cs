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
                        Items(row, queue, AlarmTexts.GivenUpOne, AlarmTexts.GivenUp),
                        AlarmAdvice.SeeWhyGivenUp,
                        $"/admin/queues?queue={queue}"
                    );
                    break;
                case "refused" when row.Items >= ManyMessages:
                    yield return new(
                        $"refused@{queue}",
                        AlarmTexts.In(AlarmTexts.Refused, Text($"{row.Items:N0}"), queue.Label),
                        AlarmAdvice.SeeWhyRefused,
                        $"/admin/queues?queue={queue}"
                    );
                    break;
                case "paused":
                    yield return new(
                        $"queue_paused@{queue}",
                        AlarmTexts.In(AlarmTexts.QueuePaused, queue.Label),
                        AlarmAdvice.ResumeIfForgotten,
                        page
                    );
                    break;
                case "lease":
                    yield return new(
                        $"lease@{queue}",
                        Items(row, queue, AlarmTexts.LeaseOne, AlarmTexts.Lease),
                        AlarmAdvice.RestartProcess,
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
            if (!node.IsAlive)
            {
                // After a restart of the database everybody is given time to come back.
                if (node.Silent > Missing)
                    yield return new(
                        Text($"node_missing@{node.Machine}/{node.Process}"),
                        AlarmTexts.In(AlarmTexts.NodeMissing, node.Machine, node.Process, node.Role),
                        AlarmAdvice.StartAgain,
                        "/admin/operations#nodes"
                    );
                continue;
            }

            var disk = $"disk@{node.Machine}";
            if (node.DiskShare < (raised.ContainsKey(disk) ? FreeAgain : LeastFree))
                yield return new(
                    disk,
                    AlarmTexts.In(AlarmTexts.DiskFull, node.Machine),
                    AlarmAdvice.MakeRoomOnDisk,
                    "/admin/operations#nodes"
                );
            if (Math.Abs(node.ClockAheadSeconds) > ClockTolerance)
                yield return new(
                    $"clock@{node.Machine}",
                    AlarmTexts.In(
                        node.ClockAheadSeconds > 0 ? AlarmTexts.ClockAhead : AlarmTexts.ClockBehind,
                        node.Machine
                    ),
                    AlarmAdvice.SetClocks,
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
                        AlarmTexts.In(AlarmTexts.JobFailed, state.Job.Label, Short(last.Message)),
                        AlarmAdvice.RunAgain,
                        page
                    )
                );
            if (state.IsPaused && await IsForgottenAsync(state.Job.Key, now, cancellation))
                troubles.Add(
                    new(
                        $"job_paused@{state.Job.Key}",
                        AlarmTexts.In(AlarmTexts.JobPaused, state.Job.Label),
                        AlarmAdvice.ResumeIfForgotten,
                        page
                    )
                );
        }

        if (jobs.Any(state => state.RunningSince is null && state.Next < now - JobLate))
            troubles.Add(new("jobs_late", AlarmTexts.JobsLate, AlarmAdvice.RestartWorker, "/admin/schedule"));
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
            AlarmTexts.In(AlarmTexts.SettingUnfit, unfit.Value),
            AlarmAdvice.SetAnew,
            "/admin/settings"
        ));

    private static string Items(CountRow row, QueueName queue, string one, string many) =>
        row.Items == 1 ? AlarmTexts.In(one, queue.Label) : AlarmTexts.In(many, Text($"{row.Items:N0}"), queue.Label);

    private static string Short(string? words) =>
        words is null ? AlarmTexts.NoReason
        : words.Length <= 300 ? words
        : $"{words[..300]}…";

    private static string Text(FormattableString words) => words.ToString(CultureInfo.InvariantCulture);
}
