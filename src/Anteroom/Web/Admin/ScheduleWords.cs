using System.Globalization;
using Anteroom.Schedule;

namespace Anteroom.Web.Admin;

/// <summary>How pages say when a job runs. The command line and the audit log say it in English (<see cref="JobSchedule.ToWords"/>).</summary>
internal static class ScheduleWords
{
    /// <summary>As people say it: <c>Every day at 03:00</c>.</summary>
    public static string Of(JobSchedule schedule) =>
        ScheduleForm.From(schedule) switch
        {
            { Kind: "minutes", Minutes: 1 } => T["Every minute"],
            { Kind: "minutes", Minutes: var minutes } => T["Every {0} minutes", minutes],
            { Kind: "hourly", Minute: 0 } => T["Every hour, on the hour"],
            { Kind: "hourly", Minute: var minute } => T["Every hour, at minute {0}", minute],
            { Kind: "daily", At: var at } => T["Every day at {0}", at],
            { Kind: "weekly", Days: { Count: 7 }, At: var at } => T["Every day at {0}", at],
            { Kind: "weekly", Days: var days, At: var at } => T["Every {0} at {1}", Join(days), at],
            _ => T["By the expression {0}", schedule.Cron],
        };

    private static string Join(IReadOnlyCollection<DayOfWeek> days)
    {
        var names = JobSchedule
            .Days.Where(days.Contains)
            .Select(CultureInfo.CurrentCulture.DateTimeFormat.GetDayName)
            .ToList();
        return names.Count == 1 ? names[0] : T["{0} and {1}", string.Join(", ", names[..^1]), names[^1]];
    }
}
