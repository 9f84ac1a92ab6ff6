namespace Anteroom.Work;

/// <summary>The names of <see cref="WorkKind"/> for people.</summary>
internal static class WorkKindNames
{
    /// <summary>As in a list of queues.</summary>
    public static string ToLabel(this WorkKind kind) =>
        kind switch
        {
            WorkKind.Assign => "Give out new leads",
            WorkKind.ReachOut => "Reach out in time",
            WorkKind.BulkEmail => "Release bulk email",
            WorkKind.ScanResume => "Scan resumes for viruses",
            WorkKind.ReadResume => "Read the text of resumes",
            WorkKind.ConvertResume => "Make previews of files",
            WorkKind.TellOfFailedMail => "Tell of emails that failed",
            WorkKind.SettleItems => "Retry or discard many items",
            WorkKind.Import => "Import leads",
            _ => kind.ToString(),
        };
}
