using System.Globalization;
using Anteroom.Admin;
using Anteroom.Leads;
using Anteroom.Reports;
using Anteroom.Resumes;
using Anteroom.Schedule;

namespace Anteroom;

/// <summary>The recurring jobs, in the order of the page. A new job is an entry here.</summary>
internal static class JobList
{
    /// <summary>All jobs.</summary>
    public static IReadOnlyList<RecurringJob> All { get; } =
    [
        RecurringJob.Of<MoveOnLeads>(
            "move_on",
            "Leads of absent attorneys",
            "Reassigns new leads that no one has worked on when their attorney is unavailable.",
            JobSchedule.EveryMinutes(2),
            async (leads, _, cancellation) =>
                await leads.RunAsync(cancellation) is var moved and > 0
                    ? new JobReport(string.Create(CultureInfo.InvariantCulture, $"Reassigned {moved}."))
                    : new JobReport("Nothing to reassign.")
        ),
        RecurringJob.Of<RemindOfTasks>(
            "task_reminders",
            "Task reminders",
            "Tells people in the morning which of their tasks are due that day.",
            JobSchedule.DailyAt(7, 0),
            async (tasks, _, cancellation) =>
                await tasks.RunAsync(cancellation) is var told and > 0
                    ? new JobReport(string.Create(CultureInfo.InvariantCulture, $"Told of {told}."))
                    : new JobReport("No task is due today that was not told of.")
        ),
        RecurringJob.Of<DailyReport>(
            "daily_report",
            "Daily report",
            "Mails administrators yesterday's figures, and attorneys those of their own leads.",
            JobSchedule.DailyAt(7, 0),
            async (report, occasion, cancellation) =>
                new JobReport((await report.RunAsync(occasion, cancellation)).ToString())
        ),
        RecurringJob.Of<WeeklySummary>(
            "weekly_summary",
            "Weekly summary",
            "Mails administrators last week's figures, and attorneys those of their own leads.",
            JobSchedule.WeeklyOn([DayOfWeek.Monday], 7, 0),
            async (summary, occasion, cancellation) =>
                new JobReport((await summary.RunAsync(occasion, cancellation)).ToString())
        ),
        RecurringJob.Of<SumReportDays>(
            "report_days",
            "Sums for reports",
            "Sums up days that are over, so that reports of many leads are quick.",
            JobSchedule.EveryMinutes(15),
            (days, _, cancellation) => days.RunAsync(cancellation)
        ),
        RecurringJob.Of<MakeBackup>(
            "backup",
            "Backup",
            "Copies the database and new resume files into the backup folder, and deletes old backups.",
            JobSchedule.DailyAt(3, 0),
            (backup, _, cancellation) => backup.RunAsync(cancellation)
        ),
        RecurringJob.Of<ContinuousBackup>(
            "continuous_backup",
            "Continuous backup",
            "Makes a new base for the log that is archived all the time, and deletes old ones. Off unless Backup:Continuous is set.",
            JobSchedule.DailyAt(3, 15),
            (backup, _, cancellation) => backup.RunAsync(cancellation)
        ),
        RecurringJob.Of<RestoreDrill>(
            "restore_drill",
            "Restore drill",
            "Restores the newest backup into a scratch database and compares rows and files with it. Changes nothing.",
            JobSchedule.WeeklyOn([DayOfWeek.Sunday], 3, 30),
            (drill, _, cancellation) => drill.RunAsync(cancellation)
        ),
        RecurringJob.Of<RemoveExpired>(
            "expired",
            "Expired sign-ins and tokens",
            "Deletes expired sign-ins, tokens, links, stored responses and rate limits, and finished work.",
            JobSchedule.HourlyAt(20),
            (expired, _, cancellation) => expired.RunAsync(cancellation)
        ),
        RecurringJob.Of<RemoveOrphans>(
            "orphans",
            "Files without a lead",
            "Deletes resume files older than a day that belong to no lead, and leftovers of unfinished uploads.",
            JobSchedule.DailyAt(4, 0),
            (orphans, _, cancellation) => orphans.RunAsync(cancellation)
        ),
        RecurringJob.Of<CheckResumes>(
            "check_resumes",
            "Resume files",
            "Compares every resume file with what was received, and reports missing and damaged ones.",
            JobSchedule.DailyAt(2, 0),
            (files, _, cancellation) => files.RunAsync(cancellation)
        ),
        RecurringJob.Of<DeleteOldResumes>(
            "delete_resumes",
            "Retention of resumes",
            "Deletes resumes after the firm's retention period. The leads stay.",
            JobSchedule.DailyAt(4, 30),
            (resumes, _, cancellation) => resumes.RunAsync(cancellation)
        ),
        RecurringJob.Of<EraseOldLeads>(
            "erase_leads",
            "Retention of leads",
            "Erases declined and lost leads, with everything about them, after the firm's retention period.",
            JobSchedule.DailyAt(4, 45),
            (leads, _, cancellation) => leads.RunAsync(cancellation)
        ),
        RecurringJob.Of<EmptyTrash>(
            "empty_trash",
            "Trash",
            "Erases leads, with everything about them, after the firm's retention period for the trash.",
            JobSchedule.DailyAt(4, 50),
            (trash, _, cancellation) => trash.RunAsync(cancellation)
        ),
        RecurringJob.Of<CheckDatabase>(
            "database",
            "Database upkeep",
            "Refreshes the query planner's statistics, and reports dead rows, unused indexes and sizes.",
            JobSchedule.DailyAt(5, 0),
            (database, _, cancellation) => database.RunAsync(cancellation)
        ),
        RecurringJob.Of<CheckCertificates>(
            "certificates",
            "Certificates",
            "Looks when the certificates of the firm's address and of the mail server end, and raises an alarm two weeks before.",
            JobSchedule.DailyAt(6, 0),
            (certificates, _, cancellation) => certificates.RunAsync(cancellation)
        ),
        RecurringJob.Of<HealthSamples>(
            "health",
            "System health",
            "Measures queues, database, disk and memory, and keeps a week of figures.",
            JobSchedule.EveryMinutes(5),
            (samples, _, cancellation) => samples.TakeAsync(cancellation)
        ),
    ];

    /// <summary>The job of that key; null when this version knows none.</summary>
    public static RecurringJob? Find(string key) => All.FirstOrDefault(job => job.Key == key);
}
