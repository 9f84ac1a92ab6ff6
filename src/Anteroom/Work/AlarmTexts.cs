using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.Work;

/// <summary>
/// What alarms say. They are kept in English for everybody, as everything that is stored; who reads another language is told the same in it.
/// What stands in “{0}” is the name of a queue or job, and has a translation of its own.
/// </summary>
internal static partial class AlarmTexts
{
    private const string DayFormat = "MMMM d, yyyy";

    public const string StoreMissing =
        "Resumes cannot be taken on {0}: the folder or bucket for them is not the firm's, or not there. A disk is probably not mounted.";
    public const string StoreNotWritable =
        "Resumes cannot be taken on {0}: the store for them cannot be written. A disk may be full, or the service of the bucket away.";
    public const string NoMail =
        "Mail cannot be sent from {0}: the mail server (or the folder for mail) cannot be used. Nothing is lost: mail waits, and goes out as soon as it can.";
    public const string WorkLate = "Emails or jobs have been due for more than two minutes.";
    public const string ResumeDamaged = "The resume file {0} is missing, or is not what was received.";
    public const string ResumesDamaged =
        "{0} of {1} resume files are missing or not what was received: {2}. Restore them from a backup.";

    public const string GivenUpOne = "1 item of “{0}” was given up.";
    public const string GivenUp = "{0} items of “{1}” were given up.";
    public const string Refused = "{0} items of “{1}” failed within an hour.";
    public const string QueuePaused = "The queue “{0}” has been paused for more than a day, and nothing of it is done.";
    public const string LeaseOne = "1 item of “{0}” is older than the lease and not taken over.";
    public const string Lease = "{0} items of “{1}” are older than the lease and not taken over.";
    public const string NodeMissing =
        "The node {0}, process {1} ({2}) is gone: it has not stopped as it should, and no other was started in its place there.";
    public const string DiskFull =
        "The disk of the data folder on {0} is nearly full: less than a tenth of it is free.";
    public const string ClockAhead = "The clock of {0} is more than two seconds ahead of the database's.";
    public const string ClockBehind = "The clock of {0} is more than two seconds behind the database's.";
    public const string JobFailed = "The job “{0}” has failed: {1}";
    public const string NoReason = "no reason was given.";
    public const string JobPaused = "The job “{0}” has been paused for more than a day.";
    public const string JobsLate = "Recurring jobs are not run at their time.";
    public const string SettingUnfit = "A saved setting cannot be used, and its default counts: {0}";
    public const string NobodyAvailable = "No attorney is available, and leads wait.";
    public const string NoWorker = "No worker is reporting: nothing has been measured for minutes.";
    public const string CertificateEnded = "The certificate of {0} ended on {1}.";
    public const string CertificateEnds = "The certificate of {0} ends on {1}.";
    public const string BackupGap =
        "The continuous backup has a gap: {0}. Moments behind it cannot be restored until there is a new base: run the job Continuous backup on /admin/schedule.";
    public const string BackupGapOfLog =
        "the log of the database from after {0} on was not kept until it could be archived";
    public const string BackupGapOfSegment = "the segment {0} behind the base {1} is missing in {2}";
    public const string BackupLate =
        "The continuous backup has not reached {0} for more than five minutes: {1} Nothing is lost so far: the database keeps its log until it can be archived, which takes room on its disk.";
    public const string DrillFailed =
        "The backup {0} could not be restored in the drill: {1} Make a new backup (./run backup), look at it with ./run backup verify, and run the drill again on /admin/schedule.";
    public const string KeyMissing = "Resume files are encrypted with the key {0}, which is not in {1}. Add it there.";
    public const string KeyIsAnother =
        "Resume files are encrypted with a key {0} that is another one than the key {0} in {1}. Set the one that they were encrypted with.";

    /// <summary>Everything that alarms say, without what helps (<see cref="AlarmAdvice"/>).</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        StoreMissing,
        StoreNotWritable,
        NoMail,
        WorkLate,
        ResumeDamaged,
        ResumesDamaged,
        GivenUpOne,
        GivenUp,
        Refused,
        QueuePaused,
        LeaseOne,
        Lease,
        NodeMissing,
        DiskFull,
        ClockAhead,
        ClockBehind,
        JobFailed,
        NoReason,
        JobPaused,
        JobsLate,
        SettingUnfit,
        NobodyAvailable,
        NoWorker,
        CertificateEnded,
        CertificateEnds,
        BackupGap,
        BackupGapOfLog,
        BackupGapOfSegment,
        BackupLate,
        DrillFailed,
        KeyMissing,
        KeyIsAnother,
    ];

    private static readonly Lazy<IReadOnlyList<(string Format, Regex Shape)>> Shapes = new(() =>
        [.. All.Select(format => (format, Shape(format)))]
    );

    /// <summary>As it is kept.</summary>
    public static string In(string format, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.InvariantCulture, format, values);

    /// <summary>A day within a detail, as it is kept.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture);

    /// <summary>In the language of who reads it, detail or advice; as it is kept when it is none of these.</summary>
    public static string Say(string detail)
    {
        foreach (var (format, shape) in Shapes.Value)
            if (shape.Match(detail) is { Success: true } said)
                return T[format, [.. Values(format, said)]];
        return AlarmAdvice.All.Contains(detail, StringComparer.Ordinal) ? T[detail] : detail;
    }

    /// <summary>By their numbers: <c>{1}</c> may come twice in a format.</summary>
    private static IEnumerable<string> Values(string format, Match said)
    {
        for (var at = 0; said.Groups[$"v{at}"] is { Success: true, Value: var value }; at++)
            yield return format.Contains($"“{{{at}}}”", StringComparison.Ordinal) ? T[value]
            : DateOnly.TryParseExact(value, DayFormat, CultureInfo.InvariantCulture, default, out var day)
                ? day.ToString(T[DayFormat], CultureInfo.CurrentCulture)
            : Say(value);
    }

    private static Regex Shape(string format) =>
        new(
            $"^{Placeholder().Replace(Regex.Escape(format), "(?<v${at}>.+?)")}$",
            RegexOptions.CultureInvariant | RegexOptions.Singleline,
            TimeSpan.FromSeconds(1)
        );

    [GeneratedRegex(@"\\\{(?<at>\d)}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
