using Anteroom.Data;
using Anteroom.Outreach;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>
/// The statements of <see cref="ReadFigures"/>, one round trip. Each reads a stretch of an index on the instant that it counts by,
/// once, whatever it is grouped by; totals of all leads come from <c>lead_counts</c>.
/// </summary>
internal static class FigureQueries
{
    /// <summary>When the first contact was due, and whether it was made in time; $1 is now, $2 the promised time.</summary>
    private const string Due =
        "(reached_out_at is not null or (created_at <= $1 - $2 and (closed_at is null or closed_at > created_at + $2)))";

    private const string InTime = "coalesce(reached_out_at - created_at <= $2, false)";

    private static string Declined => LeadStatus.Sql(status => status.Stage == LeadStage.Declined);

    private static string Lost => LeadStatus.Sql(status => status.Stage == LeadStage.Lost);

    private const string Times =
        "percentile_cont(array[0.5, 0.9]) within group (order by extract(epoch from reached_out_at - created_at)::double precision)";

    /// <summary>
    /// What is submitted, by one thing or by nothing. <see cref="SubmittedRow.Grouped"/> has a bit for each column that a row is not grouped by,
    /// that of the step the highest (<c>grouping()</c>).
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
                count(*) leads, count(*) filter (where reached) reached, count(*) filter (where retained) retained,
                count(*) filter (where due) due, count(*) filter (where due and in_time) in_time
            from (
                select width_bucket(created_at, $5) step, status, source, practice_area, assigned_to,
                    reached_out_at is not null reached, retained_at is not null retained, {Due} due, {InTime} in_time
                from leads where created_at >= $3 and created_at < $4 {asked.Leads(6)}) submitted
            group by grouping sets ((), (step), (status), (source), (practice_area), (assigned_to))
            """,
            [
                Sql.Value(asked.Now),
                Sql.Value(FirstContactTarget.Time),
                Sql.Value(asked.From),
                Sql.Value(asked.To),
                Sql.Value(asked.Steps),
                .. asked.Person,
            ]
        );

    /// <summary>First contacts; the times are median and 90th percentile in seconds.</summary>
    internal sealed record ContactsRow(int Grouped, int? Step, Guid? AssignedTo, long Leads, double[]? Times);

    /// <summary><see cref="ContactsRow"/>.</summary>
    public static void Contacts(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, assigned_to) grouped, step, assigned_to, count(*) leads, {Times} times
            from (
                select width_bucket(reached_out_at, $3) step, assigned_to, reached_out_at, created_at
                from leads where reached_out_at >= $1 and reached_out_at < $2 {asked.Leads(4)}) contacts
            group by grouping sets ((), (step), (assigned_to))
            """,
            [Sql.Value(asked.From), Sql.Value(asked.To), Sql.Value(asked.Steps), .. asked.Person]
        );

    /// <summary>What was retained, and what ended; the outcome is a <see cref="LeadStage"/>.</summary>
    internal sealed record OutcomesRow(int Grouped, string Outcome, int? Step, Guid? AssignedTo, long Leads);

    /// <summary><see cref="OutcomesRow"/>.</summary>
    public static void Outcomes(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, assigned_to) grouped, outcome, step, assigned_to, count(*) leads
            from (
                select 'retained' outcome, width_bucket(retained_at, $3) step, assigned_to
                from leads where retained_at >= $1 and retained_at < $2 {asked.Leads(4)}
                union all
                select case when status in ({Declined}) then 'declined' else 'lost' end, width_bucket(closed_at, $3), assigned_to
                from leads where closed_at >= $1 and closed_at < $2 and status in ({Declined}, {Lost})
                    {asked.Leads(4)}) outcomes
            group by grouping sets ((outcome), (outcome, step), (outcome, assigned_to))
            """,
            [Sql.Value(asked.From), Sql.Value(asked.To), Sql.Value(asked.Steps), .. asked.Person]
        );

    internal sealed record TotalsRow
    {
        public required long Submitted { get; init; }
        public required long ContactDue { get; init; }
        public required long ContactInTime { get; init; }
        public required long ReachedOut { get; init; }
        public required double[]? Times { get; init; }
        public required long Retained { get; init; }
        public required long Declined { get; init; }
        public required long Lost { get; init; }
        public required long MailFailed { get; init; }
    }

    /// <summary>The totals of a period: one <see cref="TotalsRow"/>.</summary>
    public static void Totals(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select submissions.*, contacts.*, retained, declined, lost, mail_failed from
                (select count(*) submitted, count(*) filter (where {Due}) contact_due, count(*) filter (where {Due} and {InTime}) contact_in_time
                    from leads where created_at >= $3 and created_at < $4 {asked.Leads(5)}) submissions,
                (select count(*) reached_out, {Times} times
                    from leads where reached_out_at >= $3 and reached_out_at < $4 {asked.Leads(5)}) contacts,
                (select count(*) retained
                    from leads where retained_at >= $3 and retained_at < $4 {asked.Leads(5)}) retentions,
                (select count(*) filter (where status in ({Declined})) declined, count(*) filter (where status in ({Lost})) lost
                    from leads where closed_at >= $3 and closed_at < $4 {asked.Leads(5)}) ends,
                (select count(*) mail_failed from emails {asked.EmailsOfLeads}
                    where state = 'failed' and failed_at >= $3 and failed_at < $4 {asked.Whose(5)}) mails
            """,
            [
                Sql.Value(asked.Now),
                Sql.Value(FirstContactTarget.Time),
                Sql.Value(asked.From),
                Sql.Value(asked.To),
                .. asked.Person,
            ]
        );

    /// <summary>Emails that were given up: <see cref="Reports.MailFailures"/>.</summary>
    public static void MailFailures(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select kind, count(*) emails from emails {asked.EmailsOfLeads}
            where state = 'failed' and failed_at >= $1 and failed_at < $2 {asked.Whose(3)}
            group by kind order by 2 desc, 1
            """,
            [Sql.Value(asked.From), Sql.Value(asked.To), .. asked.Person]
        );

    internal sealed record PersonRow(
        Guid Id,
        string FullName,
        bool IsAttorney,
        bool Available,
        DateTimeOffset? AwayUntil,
        int Capacity
    );

    /// <summary>Everybody: <see cref="PersonRow"/>. Only active attorneys count as such.</summary>
    public static void People(NpgsqlBatch batch) =>
        batch.Add(
            """
            select id, full_name, role = 'attorney' and active as is_attorney, available, away_until, capacity
            from users order by full_name, number
            """
        );

    internal sealed record StandingRow(Guid? AssignedTo, LeadStatus Status, long Leads);

    /// <summary>Where leads stand now: <see cref="StandingRow"/>.</summary>
    public static void Standing(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select assigned_to, status, sum(leads)::bigint leads from lead_counts where true {asked.Whose(1)}
            group by assigned_to, status having sum(leads) <> 0
            """,
            [.. asked.Person]
        );

    internal sealed record WaitingRow(
        long Number,
        string FirstName,
        string LastName,
        string? PracticeArea,
        Guid? AssignedTo,
        DateTimeOffset CreatedAt
    );

    /// <summary>Who has been waiting longest: <see cref="WaitingRow"/>.</summary>
    public static void Waiting(NpgsqlBatch batch, Asked asked, int most) =>
        batch.Add(
            $"""
            select number, first_name, last_name, practice_area, assigned_to, created_at
            from leads where status = 'registered' and created_at <= $1 {asked.Leads(3)}
            order by created_at, number limit $2
            """,
            [Sql.Value(asked.Now - FirstContactTarget.Time), Sql.Value(most), .. asked.Person]
        );

    /// <summary>How many are registered and do not wait too long yet: few, so that those who do need not be counted.</summary>
    public static void NotYetWaiting(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"select count(*) from leads where status = 'registered' and created_at > $1 {asked.Leads(2)}",
            [Sql.Value(asked.Now - FirstContactTarget.Time), .. asked.Person]
        );

    internal sealed record SeriesRow(int Step, long Leads);

    /// <summary>New leads by step, for a chart alone: <see cref="SeriesRow"/>.</summary>
    public static void Series(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select width_bucket(created_at, $3) step, count(*) leads
            from leads where created_at >= $1 and created_at < $2 {asked.Leads(4)} group by 1
            """,
            [Sql.Value(asked.From), Sql.Value(asked.To), Sql.Value(asked.Steps), .. asked.Person]
        );

    /// <summary>What is asked: which time, whose leads.</summary>
    internal sealed record Asked(ReportScope Scope, DateTimeOffset Now, DateTimeOffset From, DateTimeOffset To)
    {
        /// <summary>Where the steps begin; computed here, so that the server's time zones do not matter.</summary>
        public DateTimeOffset[] Steps { get; init; } = [];

        /// <summary>The parameter of <see cref="Leads"/>, if there is one.</summary>
        public NpgsqlParameter[] Person =>
            Scope switch
            {
                ReportScope.Of(var user) => [Sql.Value(user)],
                ReportScope.InSightOf(var user) => [Sql.Value(user)],
                _ => [],
            };

        /// <summary>The condition, past the trash; the person is parameter number <paramref name="person"/>.</summary>
        public string Leads(int person) => $"and deleted_at is null {Whose(person)}";

        /// <summary>The same where there is no trash: of what is counted by owner, and of emails.</summary>
        public string Whose(int person) =>
            Scope switch
            {
                ReportScope.Of => $"and assigned_to = ${person}",
                ReportScope.InSightOf => $"and (assigned_to = ${person} or assigned_to is null)",
                _ => "",
            };

        /// <summary>Joins emails to their leads; without it, emails to users count as well.</summary>
        public string EmailsOfLeads => Scope is ReportScope.WholeFirm ? "" : "join leads on leads.id = lead_id";
    }
}
