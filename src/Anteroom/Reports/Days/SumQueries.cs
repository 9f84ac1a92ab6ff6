using Anteroom.Data;
using Anteroom.Outreach;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>The statements of <see cref="SumReportDays"/>, of one snapshot.</summary>
internal static class SumQueries
{
    private static readonly string Owner = $"coalesce(assigned_to, '{ReportDay.Nobody}')";

    /// <summary>One after the other; a lock needs no snapshot, so that it is taken when it is one's turn.</summary>
    public static void TakeTurns(NpgsqlBatch batch) => batch.Add("lock table report_days in share row exclusive mode");

    /// <summary>Removes sums that are to be made anew, and those of what is no day of the firm (any more).</summary>
    public static void Remove(
        NpgsqlBatch batch,
        DateTimeOffset[] begun,
        DateTimeOffset[] ended,
        DateTimeOffset[] anew
    ) =>
        batch.Add(
            """
            with gone as (
                delete from report_days where begun = any($3) or not exists (
                    select from unnest($1, $2) day (begun, ended) where day.begun = report_days.begun and day.ended = report_days.ended)
                returning begun)
            delete from report_parts where begun in (select begun from gone)
            """,
            Sql.Value(begun),
            Sql.Value(ended),
            Sql.Value(anew)
        );

    /// <summary>Removes changes, but those of days that keep their sums: whoever sums up another sees what is seen now.</summary>
    public static void RemoveChanges(NpgsqlBatch batch) =>
        batch.Add(
            $"""
            delete from report_changes where coalesce(at >= (
                select ended from report_days where begun <= at and owner = '{ReportDay.Nobody}' order by begun desc limit 1), true)
            """
        );

    /// <summary>Sums days up. What is due then does not depend on the time any more.</summary>
    public static void AddDays(NpgsqlBatch batch, DateTimeOffset[] begun, DateTimeOffset[] ended) =>
        batch.Add(
            $"""
            with day as materialized (
                select begun, ended from unnest($1, $2) day (begun, ended)
            ), submitted as (
                select begun, {Owner} owner, count(*) submitted,
                    count(*) filter (where {FirstContactTarget.Applies}
                        and (reached_out_at is not null or closed_at is null or closed_at > coalesce(contact_due_at, created_at + $3))) due,
                    count(*) filter (where {FirstContactTarget.Applies} and reached_out_at <= coalesce(contact_due_at, created_at + $3)) in_time
                from {Happened("created_at")} group by 1, 2
            ), contact_steps as (
                select begun, {Owner} owner, contact_step(reached_out_at - created_at) step, count(*) leads
                from {Happened("reached_out_at")} where {FirstContactTarget.Applies} group by 1, 2, 3
            ), contacts as (
                select begun, owner, sum(leads) contacts,
                    string_agg(int2send(step::smallint) || int4send(leads::integer), '' order by step) times
                from contact_steps group by 1, 2
            ), retained as (
                select begun, {Owner} owner, count(*) retained from {Happened("retained_at")} group by 1, 2
            ), closed as (
                select begun, {Owner} owner, count(*) filter (where status in ({FigureQueries.Declined})) declined,
                    count(*) filter (where status in ({FigureQueries.Lost})) lost
                from {Happened("closed_at")} group by 1, 2
            ), whoever as (
                select begun, owner from submitted union select begun, owner from contacts union select begun, owner from retained
                union select begun, owner from closed union select begun, '{ReportDay.Nobody}' from day
            )
            insert into report_days (begun, ended, owner, submitted, due, in_time, contacts, retained, declined, lost, times)
            select begun, ended, owner, coalesce(submitted, 0), coalesce(due, 0), coalesce(in_time, 0), coalesce(contacts, 0),
                coalesce(retained, 0), coalesce(declined, 0), coalesce(lost, 0), coalesce(times, '')
            from whoever join day using (begun)
            left join submitted using (begun, owner)
            left join contacts using (begun, owner)
            left join retained using (begun, owner)
            left join closed using (begun, owner)
            """,
            Sql.Value(begun),
            Sql.Value(ended),
            Sql.Value(FirstContactTarget.Time)
        );

    /// <summary>The same for what leads have in common.</summary>
    public static void AddParts(NpgsqlBatch batch, DateTimeOffset[] begun, DateTimeOffset[] ended) =>
        batch.Add(
            $"""
            with day as materialized (select begun, ended from unnest($1, $2) day (begun, ended))
            insert into report_parts (begun, owner, part, name, leads, reached, retained)
            select begun, owner,
                case grouping(status, source, practice_area) when 3 then 'status' when 5 then 'source' else 'practice_area' end,
                coalesce(status, source, practice_area), count(*), count(reached_out_at), count(retained_at)
            from (
                select begun, {Owner} owner, status, source, practice_area, reached_out_at, retained_at
                from {Happened("created_at")}) submitted
            group by grouping sets ((begun, owner, status), (begun, owner, source), (begun, owner, practice_area))
            """,
            Sql.Value(begun),
            Sql.Value(ended)
        );

    // The offset: see Asked.FromLeads.
    private static string Happened(string instant) =>
        $"day, lateral (select * from leads where {instant} >= begun and {instant} < ended and deleted_at is null offset 0) leads";
}
