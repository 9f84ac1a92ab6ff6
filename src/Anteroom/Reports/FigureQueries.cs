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

    /// <summary>What is submitted, by everything: <c>by, step, status, source, area, person, leads, reached, retained, due, kept</c>.</summary>
    public static void Submitted(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, status, source, practice_area, assigned_to), step, status, source, practice_area, assigned_to,
                count(*), count(*) filter (where reached), count(*) filter (where retained),
                count(*) filter (where due), count(*) filter (where due and in_time)
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

    /// <summary>First contacts: <c>by, step, person, leads, [median, ninetieth]</c> in seconds.</summary>
    public static void Contacts(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, assigned_to), step, assigned_to, count(*), {Times}
            from (
                select width_bucket(reached_out_at, $3) step, assigned_to, reached_out_at, created_at
                from leads where reached_out_at >= $1 and reached_out_at < $2 {asked.Leads(4)}) contacts
            group by grouping sets ((), (step), (assigned_to))
            """,
            [Sql.Value(asked.From), Sql.Value(asked.To), Sql.Value(asked.Steps), .. asked.Person]
        );

    /// <summary>What was retained, and what ended: <c>by, outcome, step, person, leads</c>.</summary>
    public static void Outcomes(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select grouping(step, assigned_to), outcome, step, assigned_to, count(*)
            from (
                select 'retained' outcome, width_bucket(retained_at, $3) step, assigned_to
                from leads where retained_at >= $1 and retained_at < $2 {asked.Leads(4)}
                union all
                select case when status in ({Declined}) then 'declined' else 'lost' end, width_bucket(closed_at, $3), assigned_to
                from leads where closed_at >= $1 and closed_at < $2 and status in ({Declined}, {Lost}) {asked.Leads(
                4
            )}) outcomes
            group by grouping sets ((outcome), (outcome, step), (outcome, assigned_to))
            """,
            [Sql.Value(asked.From), Sql.Value(asked.To), Sql.Value(asked.Steps), .. asked.Person]
        );

    /// <summary>The totals of a period, one row.</summary>
    public static void Totals(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select submitted.*, contacts.*, retained, declined, lost, mail_failed from
                (select count(*), count(*) filter (where {Due}), count(*) filter (where {Due} and {InTime})
                    from leads where created_at >= $3 and created_at < $4 {asked.Leads(5)}) submitted,
                (select count(*), {Times}
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

    /// <summary>Emails that were given up: <c>kind, emails</c>.</summary>
    public static void MailFailures(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select kind, count(*) from emails {asked.EmailsOfLeads}
            where state = 'failed' and failed_at >= $1 and failed_at < $2 {asked.Whose(3)}
            group by kind order by 2 desc, 1
            """,
            [Sql.Value(asked.From), Sql.Value(asked.To), .. asked.Person]
        );

    /// <summary>Everybody: <c>id, name, is an active attorney, available, away until, capacity</c>.</summary>
    public static void People(NpgsqlBatch batch) =>
        batch.Add(
            """
            select id, full_name, role = 'attorney' and active, available, away_until, capacity
            from users order by full_name, number
            """
        );

    /// <summary>Where leads stand now: <c>person, status, leads</c>.</summary>
    public static void Standing(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select assigned_to, status, sum(leads)::bigint from lead_counts where true {asked.Whose(1)}
            group by assigned_to, status having sum(leads) <> 0
            """,
            [.. asked.Person]
        );

    /// <summary>Who has been waiting longest: <c>number, first name, last name, area, person, created at</c>.</summary>
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

    /// <summary>New leads by step, for a chart alone: <c>step, leads</c>.</summary>
    public static void Series(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select width_bucket(created_at, $3), count(*)
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
