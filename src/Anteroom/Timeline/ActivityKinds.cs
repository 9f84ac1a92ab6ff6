namespace Anteroom.Timeline;

/// <summary>What the lines of a timeline can be: programs know them by these words.</summary>
public static class ActivityKinds
{
    /// <summary>Every <see cref="Activity.Kind"/>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "submitted",
        "imported",
        "status_changed",
        "contact_corrected",
        "assigned",
        "edited",
        "note",
        "message",
        "merged",
        "tag_added",
        "tag_removed",
        "task_added",
        "task_done",
        "task_moved",
        "task_reopened",
        "email_sent",
        "email_failed",
        "email_repeated",
        "message_sent",
        "message_failed",
        "opted_out",
        "opted_in",
        "resume_viewed",
        "resume_scanned",
        "resume_released",
        "resume_deleted",
        "file_added",
        "file_changed",
        "file_removed",
        "settled",
        "deleted",
        "restored",
        "hold_placed",
        "hold_released",
    ];

    /// <summary>The word itself; whoever writes a new one has to name it above.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none of them.</exception>
    internal static string Known(string kind) =>
        All.Contains(kind, StringComparer.Ordinal)
            ? kind
            : throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not among the kinds of activities.");
}
