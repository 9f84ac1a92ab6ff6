using Anteroom.Data;
using Anteroom.Outreach;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>The statements of <see cref="ReadDashboard"/>, one round trip.</summary>
internal static class DashboardQueries
{
    /// <summary>Whose leads, as a condition with one parameter, or none.</summary>
    internal sealed record Whose(ReportScope Scope)
    {
        public NpgsqlParameter[] Person =>
            Scope switch
            {
                ReportScope.Of(var user) => [Sql.Value(user)],
                ReportScope.InSightOf(var user) => [Sql.Value(user)],
                _ => [],
            };

        public string Condition(int person) =>
            Scope switch
            {
                ReportScope.Of => $"and assigned_to = ${person}",
                ReportScope.InSightOf => $"and (assigned_to = ${person} or assigned_to is null)",
                _ => "",
            };
    }

    /// <summary>
    /// <see cref="SubmittedRow.Grouped"/> has a bit for each column that a row is not grouped by, that of the stretch the highest
    /// (<c>grouping()</c>).
    /// </summary>
    internal sealed record SubmittedRow
    {
        public required int Grouped { get; init; }
        public required int? Stretch { get; init; }
        public required LeadStatus? Status { get; init; }
        public required string? Source { get; init; }
        public required Guid? AssignedTo { get; init; }
        public required long Leads { get; init; }
        public required long Reached { get; init; }
        public required long InTime { get; init; }
        public required long Excused { get; init; }
        public required long Retained { get; init; }
    }

    /// <summary>
    /// Leads by stretch of time, and those of the period by status, by source, by owner and status: <see cref="SubmittedRow"/>.
    /// </summary>
    public static void Submitted(NpgsqlBatch batch, Stretches time, (int First, int Last) period, Whose whose)
    {
        var whoseLeads = whose.Condition(person: 9);
        batch.Add(
            $"""
            select grouping(stretch, status, source, assigned_to) grouped, stretch, status, source, assigned_to, sum(leads)::bigint leads,
                sum(reached)::bigint reached, sum(in_time)::bigint in_time, sum(excused)::bigint excused, sum(retained)::bigint retained
            from (
                select width_bucket(day::timestamp at time zone 'UTC', $1) stretch, status, source, assigned_to,
                    leads, reached, in_time, excused, retained
                from lead_days
                where day >= $2 and day < $3 and not exists (select from unnest($4) split where split = day) {whoseLeads}
                union all
                select width_bucket(created_at, $1), status, source, assigned_to, 1, (reached_out_at is not null)::int,
                    ({FirstContactTarget.Applies} and coalesce(reached_out_at <= contact_due(created_at, contact_due_at), false))::int,
                    (not {FirstContactTarget.Applies} or (reached_out_at is null and coalesce(closed_at <= contact_due(created_at, contact_due_at), false)))::int,
                    (retained_at is not null)::int
                from unnest($5, $6) split (begun, ended) join leads on deleted_at is null and created_at >= begun and created_at < ended {whoseLeads}
            ) pieces,
            lateral (select stretch between $7 and $8 as inside) period
            group by grouping sets ((stretch), (inside, status), (inside, source), (inside, assigned_to, status))
            having grouping(stretch) = 0 or inside
            """,
            [
                Sql.Value(time.Cuts),
                Sql.Value(time.FirstDay),
                Sql.Value(time.LastDay),
                Sql.Value(time.SplitDays),
                Sql.Value(time.SplitFrom),
                Sql.Value(time.SplitTo),
                Sql.Value(period.First),
                Sql.Value(period.Last),
                .. whose.Person,
            ]
        );
    }

    /// <summary>Either a step, or the exact median and 90th percentile in seconds.</summary>
    internal sealed record ContactsRow(int? Step, long Leads, double[]? Exact);

    /// <summary>
    /// How long the first contacts of the period's leads took: a <see cref="ContactsRow"/> for each step for many, an exact one for at most
    /// <paramref name="mostExact"/>.
    /// </summary>
    public static void Contacts(NpgsqlBatch batch, Stretches time, ReportPeriod period, int mostExact, Whose whose)
    {
        var isFew =
            whose.Scope is ReportScope.WholeFirm ? "coalesce(sum(leads), 0) <= $8" : "count(*) >= 0 or $8 is null";
        var whoseLeads = whose.Condition(person: 9);
        batch.Add(
            $"""
            with whole as materialized (
                select step, sum(leads)::bigint leads from contact_days
                where day >= $1 and day < $2 and not exists (select from unnest($3) split where split = day) group by step
            ), few as materialized (
                select {isFew} as yes from whole
            )
            select step, leads, null::double precision[] exact from whole where not (select yes from few)
            union all
            select contact_step(reached_out_at - created_at), count(*), null
            from unnest($4, $5) split (begun, ended) join leads on deleted_at is null and created_at >= begun and created_at < ended
            where not (select yes from few) and reached_out_at is not null and {FirstContactTarget.Applies} group by 1
            union all
            select null, count(*), percentile_cont(array[0.5, 0.9]) within group
                (order by extract(epoch from reached_out_at - created_at)::double precision)
            from leads where (select yes from few) and deleted_at is null and created_at >= $6 and created_at < $7 and reached_out_at is not null
                and {FirstContactTarget.Applies}
                {whoseLeads} having count(*) > 0
            """,
            [
                Sql.Value(time.FirstDay),
                Sql.Value(time.LastDay),
                Sql.Value(time.SplitDays),
                Sql.Value(time.SplitFrom),
                Sql.Value(time.SplitTo),
                Sql.Value(period.From),
                Sql.Value(period.To),
                Sql.Value(mostExact),
                .. whose.Person,
            ]
        );
    }

    /// <summary>
    /// On each row how many are registered, of these not late yet, and of the period not due yet; and a lead that waits, if any does.
    /// </summary>
    internal sealed record WaitingRow
    {
        public required long Registered { get; init; }
        public required long Fresh { get; init; }
        public required long NotDue { get; init; }
        public required long? Number { get; init; }
        public required string? FirstName { get; init; }
        public required string? LastName { get; init; }
        public required string? PracticeArea { get; init; }
        public required Guid? AssignedTo { get; init; }
        public required DateTimeOffset? CreatedAt { get; init; }
    }

    /// <summary>How it stands now, and who waits longest: <see cref="WaitingRow"/>.</summary>
    public static void Waiting(NpgsqlBatch batch, ReportPeriod period, DateTimeOffset now, int most, Whose whose)
    {
        var whoseLeads = whose.Condition(person: 6);
        batch.Add(
            $"""
            select counts.*, waiting.* from (
                select
                    (select coalesce(sum(leads), 0)::bigint from lead_counts where status = 'registered' {whoseLeads}) registered,
                    (select count(*) from leads where deleted_at is null and status = 'registered'
                        and (created_at > $1 or contact_due_at > $5) {whoseLeads}) fresh,
                    (select count(*) from leads where deleted_at is null and (created_at > $1 or contact_due_at > $5) and created_at >= $2 and created_at < $3
                        and {FirstContactTarget.Applies} and reached_out_at is null and (closed_at is null or closed_at > contact_due(created_at, contact_due_at))
                        {whoseLeads}) not_due
            ) counts left join lateral (
                select number, first_name, last_name, practice_area, assigned_to, created_at
                from leads where deleted_at is null and status = 'registered' {whoseLeads} order by created_at, number limit $4
            ) waiting on true
            """,
            [
                Sql.Value(now - FirstContactTarget.Time),
                Sql.Value(period.From),
                Sql.Value(period.To),
                Sql.Value(most),
                Sql.Value(now),
                .. whose.Person,
            ]
        );
    }

    /// <summary>A user, or with nothing but <paramref name="Open"/> nobody.</summary>
    internal sealed record PersonRow(
        Guid? Id,
        string? FullName,
        bool? IsAttorney,
        bool? Available,
        DateTimeOffset? AwayUntil,
        int? Capacity,
        long Open
    );

    /// <summary>Everybody, and who has open leads: <see cref="PersonRow"/>. Only active attorneys count as such.</summary>
    public static void People(NpgsqlBatch batch, Whose whose)
    {
        var whoseLeads = whose.Condition(person: 1);
        batch.Add(
            $"""
            select users.id, full_name, role = 'attorney' and active as is_attorney, available, away_until, capacity,
                coalesce(busy.leads, 0)::bigint as open
            from users full join (
                select assigned_to, sum(leads) leads from lead_counts
                where status in ({LeadStatus.OpenSql}) {whoseLeads}
                group by assigned_to having sum(leads) <> 0
            ) busy on busy.assigned_to = users.id
            order by full_name, users.number
            """,
            [.. whose.Person]
        );
    }
}
