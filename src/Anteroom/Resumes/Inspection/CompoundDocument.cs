using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>
/// Distinguishes Word 97–2003 documents, workbooks and messages of Outlook from other compound files (installers, encrypted Office documents) by the names in the
/// directory and the first bytes of the document.
/// </summary>
internal static class CompoundDocument
{
    /// <summary>Decides about a file that begins with <see cref="CompoundFile.Signature"/>.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        if (CompoundFile.Open(file) is not { } compound)
            return ResumeInspection.Damaged;
        if (compound.Has("EncryptedPackage") || compound.Has("EncryptionInfo"))
            return ResumeInspection.NeedsPassword;
        if (compound.Has("WordDocument"))
            return InspectWord(compound);
        if (compound.Has("Workbook") || compound.Has("Book"))
            return Workbook.Inspect(compound);
        if (compound.Has("PowerPoint Document"))
            return ResumeInspection.Presentation;
        if (compound.Has("__properties_version1.0"))
            return ResumeInspection.Is(ResumeType.Msg);
        if (compound.Has("MatOST") || compound.Has("CONTENTS"))
            return ResumeInspection.Refuse("This looks like a Works document; please save it as a PDF.");
        return ResumeInspection.Unknown;
    }

    private static ResumeInspection InspectWord(CompoundFile compound)
    {
        // [MS-OVBA] section 2.2.1: a project is a storage with a stream of this name, wherever it is.
        if (compound.Has("Macros") || compound.HasAnywhere("_VBA_PROJECT"))
            return ResumeInspection.HasMacros;
        var head = compound.Read("WordDocument", WordText.FlagBytes).Span;
        return
            head.Length == WordText.FlagBytes
            && (BinaryPrimitives.ReadUInt16LittleEndian(head[WordText.FlagsAt..]) & WordText.Encrypted) != 0
            ? ResumeInspection.NeedsPassword
            : ResumeInspection.Is(ResumeType.Doc);
    }
}
