namespace Anteroom.Resumes;

/// <summary>What a file is: a type that is accepted, or the sentence that says why not.</summary>
public readonly record struct ResumeInspection(ResumeType? Type, string? Problem);

/// <summary>Finds out by content what a file is.</summary>
public static class ResumeInspector
{
    /// <summary>Looks at a file.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        var head = new byte[8];
        file.Position = 0;
        var n = file.ReadAtLeast(head, 8, throwOnEndOfStream: false);
        return head.AsSpan(0, n).StartsWith("%PDF-"u8)
            ? new(ResumeType.Pdf, null)
            : new(null, $"This is not a resume. Please send a {ResumeTypeNames.Accepted} file.");
    }
}
