using System.Globalization;
using Anteroom.Firm;
using Anteroom.Schedule;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>Erases leads that have been in the trash long enough, with everything about them.</summary>
public sealed class EmptyTrash(EraseLeads erase, IOptions<RetentionOptions> options, TimeProvider time)
{
    /// <summary>What it erases: SQL over <c>leads</c>, with <c>$1</c> for the instant.</summary>
    internal const string Condition = "deleted_at < $1";

    /// <summary>Erases what is due.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (options.Value.TrashDays is not ({ } days and > 0))
            return new JobReport("Off: Retention:TrashDays is 0.");

        var erased = await erase.RunAsync(
            Condition,
            time.GetUtcNow().AddDays(-days),
            string.Create(CultureInfo.InvariantCulture, $"Retention: {days} days in the trash"),
            cancellation
        );
        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Erased {erased:N0} leads that had been in the trash for {days:N0} days."
            )
        );
    }
}
