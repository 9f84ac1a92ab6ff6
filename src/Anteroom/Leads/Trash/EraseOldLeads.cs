using System.Globalization;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Schedule;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>
/// Erases leads after the firm's retention period, with everything about them. Only closed leads that did not become clients: declined
/// or lost, and unchanged for that long.
/// </summary>
/// <remarks>
/// Rows go first, in one transaction, then files: a process that dies in between leaves files that <see cref="RemoveOrphans"/> finds.
/// </remarks>
public sealed class EraseOldLeads(
    EraseLeads erase,
    Changes changes,
    IOptions<RetentionOptions> options,
    TimeProvider time
)
{
    /// <summary>What it erases: SQL over <c>leads</c>, with <c>$1</c> for the instant.</summary>
    internal static string Condition => $"status in ({LeadStatus.Sql(status => status.IsOut)}) and updated_at < $1";

    /// <summary>Erases what is due.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (options.Value.EraseLeadsAfterDays is not ({ } days and > 0))
            return new JobReport("Off: Retention:EraseLeadsAfterDays is not set.");

        var erased = await erase.RunAsync(
            Condition,
            time.GetUtcNow().AddDays(-days),
            string.Create(
                CultureInfo.InvariantCulture,
                $"Retention: declined or lost, and {days} days without a change"
            ),
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
