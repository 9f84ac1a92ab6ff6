using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>
/// Workbooks of Excel 97–2003 ([MS-XLS]): a stream of records, of which the first say whether the rest is encrypted, and which sheets there
/// are.
/// </summary>
internal static class Workbook
{
    private const int Header = 4;
    private const int FilePass = 0x2F;
    private const int BoundSheet = 0x85;
    private const int EndOfGlobals = 0x0A;
    private const int MacroSheet = 1;
    private const int ModuleSheet = 6;

    /// <summary>The records that matter stand in the first few kilobytes; styles and the texts of the cells follow.</summary>
    private const int MostBytes = 1024 * 1024;

    /// <summary>Decides about a compound file with such a stream.</summary>
    public static ResumeInspection Inspect(CompoundFile compound)
    {
        if (compound.HasAnywhere("_VBA_PROJECT"))
            return ResumeInspection.HasMacros;
        var records = compound.Read(compound.Has("Workbook") ? "Workbook" : "Book", MostBytes).Span;
        while (records.Length >= Header)
        {
            var kind = BinaryPrimitives.ReadUInt16LittleEndian(records);
            var bytes = BinaryPrimitives.ReadUInt16LittleEndian(records[2..]);
            if (kind == FilePass)
                return ResumeInspection.NeedsPassword;
            if (kind == EndOfGlobals || records.Length < Header + bytes)
                break;
            // Where the sheet is, whether it is hidden, what it is.
            if (kind == BoundSheet && bytes >= 6 && records[Header + 5] is MacroSheet or ModuleSheet)
                return ResumeInspection.HasMacros;
            records = records[(Header + bytes)..];
        }

        return ResumeInspection.Is(ResumeType.Xls);
    }
}
