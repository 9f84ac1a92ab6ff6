using System.Globalization;
using Anteroom.Firm;
using Anteroom.Resumes;
using Anteroom.Schedule;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Erases leads that have been in the trash long enough, with everything about them.</summary>
public sealed class EmptyTrash(
    NpgsqlDataSource database,
    IResumeStore store,
    IOptions<RetentionOptions> options,
    TimeProvider time
)
{
    /// <summary>Erases what is due.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (options.Value.TrashDays is not ({ } days and > 0))
            return new JobReport("Off: Retention:TrashDays is 0.");

        var erased = await EraseLeads.RunAsync(
            database,
            store,
            "deleted_at < $1",
            time.GetUtcNow().AddDays(-days),
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
