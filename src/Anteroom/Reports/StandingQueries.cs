using Anteroom.Data;
using Anteroom.Outreach;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>How things stand now, whatever the period, in statements of <see cref="ReadFigures"/>; totals of all leads come from <c>lead_counts</c>.</summary>
internal static class StandingQueries
{
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
            from leads where status = 'registered' and created_at <= $1 and (contact_due_at is null or contact_due_at <= $3) and deleted_at is null
                {asked.Whose(4)}
            order by created_at, number limit $2
            """,
            [Sql.Value(asked.Now - FirstContactTarget.Time), Sql.Value(most), Sql.Value(asked.Now), .. asked.Person]
        );

    /// <summary>How many are registered and do not wait too long yet: few, so that those who do need not be counted.</summary>
    public static void NotYetWaiting(NpgsqlBatch batch, Asked asked) =>
        batch.Add(
            $"""
            select count(*) from leads
            where status = 'registered' and (created_at > $1 or contact_due_at > $2) and deleted_at is null {asked.Whose(
                3
            )}
            """,
            [Sql.Value(asked.Now - FirstContactTarget.Time), Sql.Value(asked.Now), .. asked.Person]
        );
}
