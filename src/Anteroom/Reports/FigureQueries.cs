using Anteroom.Data;
using Anteroom.Outreach;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>
/// What happened, in statements of <see cref="ReadFigures"/>. Each reads stretches of an index on the instant that it counts by, once, whatever
/// it is grouped by, and what has changed about the days that <see cref="DayQueries"/> reads. Step 0 is the time before the period; what
/// is not grouped by step is of the period alone.
/// </summary>
internal static class FigureQueries
{
    /// <summary>When the first contact was due, and whether it was made in time; $6 is now, $7 the promised time.</summary>
    private const string Due =
        $"({FirstContactTarget.Applies} and (reached_out_at is not null or ({Promised} <= $6 and (closed_at is null or closed_at > {Promised}))))";

    private const string InTime = $"({FirstContactTarget.Applies} and coalesce(reached_out_at <= {Promised}, false))";

    private const string Promised = "coalesce(contact_due_at, created_at + $7)";

    private const string InPeriod = "lateral (select step > 0 as inside) period";

    internal static string Declined => LeadStatus.Sql(status => status.Stage == LeadStage.Declined);

    internal static string Lost => LeadStatus.Sql(status => status.Stage == LeadStage.Lost);

    /// <summary>
    /// What is submitted, by one thing. <see cref="SubmittedRow.Grouped"/> has a bit for each column that a row is not grouped by, that of the
    /// step the highest (<c>grouping()</c>).
    /// </summary>
    internal sealed record SubmittedRow
    {
        public required int Grouped { get; init; }
        public required int? Step { get; init; }
        public required LeadStatus? Status { get; init; }
        public required string? Source { get; init; }
        public required string? PracticeArea { get; init; }
        public required Guid? AssignedTo { get; init; }
        public required long Leads { get; init; }
        public required long Reached { get; init; }
        public required long Retained { get; init; }
        public required long Due { get; init; }
        public required long InTime { get; init; }
    }

    /// <summary><see cref="SubmittedRow"/>.</summary>
    public static void Submitted(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, status, source, practice_area, assigned_to) grouped, step, status, source, practice_area, assigned_to,
                sum(leads)::bigint leads, {Sum("reached")} reached, {Sum("retained")} retained, {Sum("due")} due,
                {Sum("due and in_time")} in_time
            from (
                select width_bucket(created_at, $5) step, status, source, practice_area, assigned_to, 1 leads,
                    reached_out_at is not null reached, retained_at is not null retained, {Due} due, {InTime} in_time
                {asked.FromLeads("created_at", person: 8)}
                union all
                select width_bucket(at, $5), status, source, practice_area, assigned_to, leads, reached, retained, due, in_time
                {asked.FromChanges("submitted", person: 8)}) submitted, {InPeriod}
            group by grouping sets ((step), (inside, status), (inside, source), (inside, practice_area), (inside, assigned_to))
            having grouping(step) = 0 or inside
            """,
            [.. asked.When, Sql.Value(asked.Now), Sql.Value(FirstContactTarget.Time), .. asked.Person]
        );

    private static string Sum(string which) => $"coalesce(sum(leads) filter (where {which}), 0)::bigint";

    /// <summary>First contacts: median and 90th percentile in seconds, or how many took a time of a step (<see cref="ContactDay.Step"/>).</summary>
    internal sealed record ContactsRow(
        int Grouped,
        int? Step,
        Guid? AssignedTo,
        long Leads,
        int? Taken,
        double[]? Times
    );

    /// <summary><see cref="ContactsRow"/>, exact.</summary>
    public static void Contacts(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, assigned_to) grouped, step, assigned_to, count(*) leads, null::int taken,
                percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from took)::double precision) times
            from (
                select width_bucket(reached_out_at, $5) step, assigned_to, reached_out_at - created_at took
                {asked.FromLeads("reached_out_at", person: 6)} where {FirstContactTarget.Applies}) contacts, {InPeriod}
            group by grouping sets ((step), (inside), (inside, assigned_to))
            having grouping(step) = 0 or inside
            """,
            [.. asked.When, .. asked.Person]
        );

    /// <summary><see cref="ContactsRow"/>, a row for each step of time that they took.</summary>
    public static void ManyContacts(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, assigned_to) grouped, step, assigned_to, sum(leads)::bigint leads, taken,
                null::double precision[] times
            from (
                select width_bucket(reached_out_at, $5) step, assigned_to, contact_step(reached_out_at - created_at) taken, 1 leads
                {asked.FromLeads("reached_out_at", person: 6)} where {FirstContactTarget.Applies}
                union all
                select width_bucket(at, $5), assigned_to, step, leads {asked.FromChanges(
                "contact",
                person: 6
            )}) contacts, {InPeriod}
            group by grouping sets ((step, taken), (inside, assigned_to, taken))
            having grouping(step) = 0 or inside
            """,
            [.. asked.When, .. asked.Person]
        );

    /// <summary>What was retained, and what ended; the outcome is a <see cref="LeadStage"/>.</summary>
    internal sealed record OutcomesRow(int Grouped, string Outcome, int? Step, Guid? AssignedTo, long Leads);

    /// <summary><see cref="OutcomesRow"/>.</summary>
    public static void Outcomes(NpgsqlBatch batch, Asked asked)
    {
        var ended = $"case when status in ({Declined}) then 'declined' else 'lost' end";
        batch.Add(
            $"""
            select grouping(step, assigned_to) grouped, outcome, step, assigned_to, sum(leads)::bigint leads
            from (
                select 'retained' outcome, width_bucket(retained_at, $5) step, assigned_to, 1 leads {asked.FromLeads(
                "retained_at",
                person: 6
            )}
                union all
                select {ended}, width_bucket(closed_at, $5), assigned_to, 1 {asked.FromLeads("closed_at", person: 6)}
                where status in ({Declined}, {Lost})
                union all
                select 'retained', width_bucket(at, $5), assigned_to, leads {asked.FromChanges("retained", person: 6)}
                union all
                select {ended}, width_bucket(at, $5), assigned_to, leads {asked.FromChanges("closed", person: 6)}
                where status in ({Declined}, {Lost})) outcomes, {InPeriod}
            group by grouping sets ((outcome, step), (inside, outcome, assigned_to))
            having grouping(step) = 0 or inside
            """,
            [.. asked.When, .. asked.Person]
        );
    }

    internal sealed record MailRow(bool Inside, string Kind, long Emails);

    /// <summary>Emails that were given up: <see cref="MailRow"/>. They are few.</summary>
    public static void MailFailures(NpgsqlBatch batch, Asked asked, ReportPeriod period)
    {
        var (beforeFrom, beforeTo) = period.Before(asked.Now);
        batch.Add(
            $"""
            select failed_at >= $2 inside, kind, count(*) emails from emails {asked.EmailsOfLeads}
            where state = 'failed' and failed_at >= $3 and failed_at < $1 and (failed_at >= $2 or failed_at < $4) {asked.Whose(
                5
            )}
            group by 1, kind order by 3 desc, 2
            """,
            [Sql.Value(period.To), Sql.Value(period.From), Sql.Value(beforeFrom), Sql.Value(beforeTo), .. asked.Person]
        );
    }

    internal sealed record SeriesRow(int Step, long Leads);

    /// <summary>New leads by step, for a chart alone: <see cref="SeriesRow"/>.</summary>
    public static void Series(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"select width_bucket(created_at, $5) step, count(*) leads {asked.FromLeads("created_at", person: 6)} group by 1",
            [.. asked.When, .. asked.Person]
        );
}
