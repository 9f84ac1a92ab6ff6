using Anteroom.Data;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>What <see cref="ReadFigures"/> reads from the sums of days.</summary>
internal static class DayQueries
{
    /// <summary>Whether a report is about many leads; if so, a day of its time that is summed up, if any is.</summary>
    internal sealed record SummedRow(bool AreMany, DateTimeOffset? Begun, DateTimeOffset? Ended);

    /// <summary>
    /// <see cref="SummedRow"/>: one at least. Many are more than <paramref name="mostExact"/> submissions or first contacts, those in the trash
    /// included, in the period or before it. A day with a lead whose first contact is not due yet is left out: its sums say that it is.
    /// </summary>
    public static void Summed(NpgsqlBatch batch, TimeSources time, int mostExact, DateTimeOffset now) =>
        batch.Add(
            $"""
            select are_many, begun, ended
            from (
                select exists (
                    select from unnest($1, $2) part (low, high)
                    where exists (select from leads where created_at >= low and created_at < high offset $3)
                        or exists (select from leads where reached_out_at >= low and reached_out_at < high offset $3)) are_many
                offset 0) size
            left join report_days day on are_many and owner = '{ReportDay.Nobody}' and begun >= $1[1] and begun < $2[array_upper($2, 1)]
                and not exists (select from report_changes where fact = 'many' and at >= day.begun and at < day.ended)
                and ended <= coalesce((select min(created_at) from leads where contact_due_at > $4), 'infinity')
            order by begun
            """,
            [Sql.Value(time.LeadsFrom), Sql.Value(time.LeadsTo), Sql.Value(mostExact), Sql.Value(now)]
        );

    /// <summary><see cref="ReportDay"/>, of somebody.</summary>
    internal sealed record DayRow
    {
        public required DateTimeOffset Begun { get; init; }
        public required Guid Owner { get; init; }
        public required int Submitted { get; init; }
        public required int Due { get; init; }
        public required int InTime { get; init; }
        public required int Contacts { get; init; }
        public required int Retained { get; init; }
        public required int Declined { get; init; }
        public required int Lost { get; init; }
        public required byte[] Times { get; init; }
    }

    /// <summary>Each day, by who has its leads: <see cref="DayRow"/>. They are added up here, which for the times is much quicker.</summary>
    public static void Days(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select begun, owner, submitted, due, in_time, contacts, retained, declined, lost, times
            from unnest($1, $2) summed (low, high) join report_days on begun >= low and begun < high {asked.WhoseDays(
                3
            )}
            """,
            [Sql.Value(asked.Time.DaysFrom), Sql.Value(asked.Time.DaysTo), .. asked.Person]
        );

    internal sealed record PartRow(string Part, string? Name, long Leads, long Reached, long Retained);

    /// <summary>What the leads of the period have in common: <see cref="PartRow"/>.</summary>
    public static void Parts(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select part, name, sum(leads)::bigint leads, sum(reached)::bigint reached, sum(retained)::bigint retained
            from unnest($1, $2) summed (low, high) join report_parts on begun >= greatest(low, $3) and begun < high {asked.WhoseDays(
                4
            )}
            group by part, name
            """,
            [Sql.Value(asked.Time.DaysFrom), Sql.Value(asked.Time.DaysTo), Sql.Value(asked.Steps[0]), .. asked.Person]
        );
}
