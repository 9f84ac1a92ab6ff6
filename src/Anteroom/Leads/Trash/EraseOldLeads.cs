using System.Globalization;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Schedule;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Erases leads after the firm's retention period, with everything about them. Only closed leads that did not become clients: declined
/// or lost, and unchanged for that long.
/// </summary>
/// <remarks>
/// Rows go first, in one transaction, then files: a process that dies in between leaves files that <see cref="RemoveOrphans"/> finds.
/// </remarks>
public sealed class EraseOldLeads(
    NpgsqlDataSource database,
    IResumeStore store,
    Changes changes,
    IOptions<RetentionOptions> options,
    TimeProvider time
)
{
    /// <summary>Erases what is due.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (options.Value.EraseLeadsAfterDays is not ({ } days and > 0))
            return new JobReport("Off: Retention:EraseLeadsAfterDays is not set.");

        var erased = await EraseLeads.RunAsync(
            database,
            store,
            $"status in ({LeadStatus.Sql(status => status.IsOut)}) and updated_at < $1",
            time.GetUtcNow().AddDays(-days),
            cancellation
        );
        if (erased > 0)
            changes.PublishEverything();
        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Erased {erased:N0} declined or lost leads without a change for {days:N0} days."
            )
        );
    }
}
