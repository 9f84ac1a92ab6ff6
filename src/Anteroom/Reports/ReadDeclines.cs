using Anteroom.Data;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>Declined leads that have a reason in common.</summary>
/// <param name="Reason">One of the firm's, as it was written then; null when none was given.</param>
/// <param name="Leads">How many.</param>
public sealed record DeclineFigures(string? Reason, long Leads);

/// <summary>Counts the leads that were declined in a period, and are still so, by reason: one statement.</summary>
public sealed class ReadDeclines(NpgsqlDataSource database)
{
    /// <summary>What was written in own words counts as this reason.</summary>
    private const string InOwnWords = "Other";

    /// <summary>The most frequent first.</summary>
    public async Task<IReadOnlyList<DeclineFigures>> RunAsync(
        ReportPeriod period,
        ReportScope scope,
        CancellationToken cancellation
    )
    {
        var (whose, person) = scope switch
        {
            ReportScope.Of(var user) => ("and assigned_to = $3", user),
            ReportScope.InSightOf(var user) => ("and (assigned_to = $3 or assigned_to is null)", user),
            _ => ("", (Guid?)null),
        };
        // What was undone or closed again since has another instant.
        return await database.QueryAsync<DeclineFigures>(
            $"""
            select coalesce(reason, case when note is not null then '{InOwnWords}' end) reason, count(*) leads
            from leads left join declines on lead_id = leads.id and at = closed_at
            where closed_at >= $1 and closed_at < $2
                and status in ({LeadStatus.Sql(status => status.Stage == LeadStage.Declined)})
                and deleted_at is null {whose}
            group by 1 order by 2 desc, 1
            """,
            cancellation,
            [
                Sql.Value(period.From),
                Sql.Value(period.To),
                .. person is { } id ? [Sql.Value(id)] : Array.Empty<NpgsqlParameter>(),
            ]
        );
    }
}
