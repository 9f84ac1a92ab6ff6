using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Reports;

/// <summary>The weekly summary: the last whole week, Monday to Sunday in the firm's time zone, to the same people as the daily report.</summary>
public sealed class WeeklySummary(SendReports send, IOptions<FirmOptions> firm, IOptionsMonitor<ReportOptions> options)
{
    /// <summary>As <see cref="DailyReport.RunAsync"/>, for the week that had ended at <paramref name="occasion"/>.</summary>
    public async Task<ReportsSent> RunAsync(DateTimeOffset occasion, CancellationToken cancellation)
    {
        if (!options.CurrentValue.Weekly)
            return ReportsSent.SwitchedOff;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(firm.Value.TimeZone);
        var week = ReportPeriod.Week(LocalDays.DayOf(occasion, zone).AddDays(-7), zone);
        return await send.RunAsync(EmailKind.WeeklySummary, week, cancellation);
    }
}
