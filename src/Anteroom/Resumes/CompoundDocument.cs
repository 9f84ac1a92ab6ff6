namespace Anteroom.Resumes;

/// <summary>
/// Distinguishes Word 97–2003 documents from other compound files (workbooks, installers, encrypted Office documents) by the names in the
/// top storage alone.
/// </summary>
internal static class CompoundDocument
{
    /// <summary>Decides about a file that begins with <see cref="CompoundFile.Signature"/>.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        if (CompoundFile.Open(file) is not { } compound)
            return ResumeInspection.Refuse("This document is damaged or was not sent to its end.");
        if (compound.Has("EncryptedPackage") || compound.Has("EncryptionInfo"))
            return ResumeInspection.Refuse("This document is protected by a password; please remove it.");
        if (compound.Has("WordDocument"))
            return ResumeInspection.Is(ResumeType.Doc);
        if (compound.Has("Workbook") || compound.Has("Book"))
            return ResumeInspection.Refuse("This looks like a spreadsheet, not a resume.");
        if (compound.Has("PowerPoint Document"))
            return ResumeInspection.Refuse("This looks like a presentation, not a resume.");
        return ResumeInspection.Refuse("This is not a kind of document we can read.");
    }
}
