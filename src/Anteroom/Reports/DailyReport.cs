using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Reports;

/// <summary>
/// The daily lead status report: the last whole day in the firm's time zone, to every administrator for the firm and to every
/// attorney for their own leads.
/// </summary>
public sealed class DailyReport(SendReports send, IOptions<FirmOptions> firm, IOptionsMonitor<ReportOptions> options)
{
    /// <summary>
    /// Queues what has not been queued yet for the day that had ended at <paramref name="occasion"/>. Run as often and on as many
    /// nodes as you like; after a downtime there is one report, for the last day.
    /// </summary>
    public async Task<ReportsSent> RunAsync(DateTimeOffset occasion, CancellationToken cancellation)
    {
        if (!options.CurrentValue.Daily)
            return ReportsSent.SwitchedOff;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(firm.Value.TimeZone);
        var day = LocalDays.LastEndedAt(occasion, zone);
        return await send.RunAsync(EmailKind.DailyReport, ReportPeriod.Day(day, zone), cancellation);
    }
}
