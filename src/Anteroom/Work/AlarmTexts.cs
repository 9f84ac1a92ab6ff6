using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.Work;

/// <summary>
/// What alarms say. They are kept in English for everybody, as everything that is stored; who reads another language is told the same in it.
/// </summary>
internal static class AlarmTexts
{
    public const string StoreMissing =
        "Resumes cannot be taken on {0}: the folder or bucket for them is not the firm's, or not there. A disk is probably not mounted.";
    public const string StoreNotWritable =
        "Resumes cannot be taken on {0}: the store for them cannot be written. A disk may be full, or the service of the bucket away; ./run doctor says more.";
    public const string NoMail =
        "Mail cannot be sent from {0}: the mail server (or the folder for mail) cannot be used. Nothing is lost: mail waits, and goes out as soon as it can.";
    public const string WorkLate = "Emails or jobs have been due for more than two minutes: is a worker running?";
    public const string ResumeDamaged = "The resume file {0} is missing, or is not what was received.";
    public const string ResumesDamaged =
        "{0} of {1} resume files are missing or not what was received: {2}. Restore them from a backup.";

    private static readonly string[] All =
    [
        StoreMissing,
        StoreNotWritable,
        NoMail,
        WorkLate,
        ResumeDamaged,
        ResumesDamaged,
    ];

    private static readonly Lazy<IReadOnlyList<(string Format, Regex Shape)>> Shapes = new(() =>
        [.. All.Select(format => (format, Shape(format)))]
    );

    /// <summary>As it is kept.</summary>
    public static string In(string format, params ReadOnlySpan<object?> values) =>
        string.Format(CultureInfo.InvariantCulture, format, values);

    /// <summary>In the language of who reads it; as it is kept when it is none of these.</summary>
    public static string Say(string detail)
    {
        foreach (var (format, shape) in Shapes.Value)
            if (shape.Match(detail) is { Success: true } said)
                return T[format, [.. said.Groups.Values.Skip(1).Select(value => value.Value)]];
        return detail;
    }

    private static Regex Shape(string format) =>
        new(
            $"^{Regex.Replace(Regex.Escape(format), @"\\\{\d}", "(.+?)", RegexOptions.None, TimeSpan.FromSeconds(1))}$",
            RegexOptions.CultureInvariant,
            TimeSpan.FromSeconds(1)
        );
}
