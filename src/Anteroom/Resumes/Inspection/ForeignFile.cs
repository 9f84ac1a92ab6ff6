using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>
/// Types that people send by mistake or on purpose, named in the error message. Where a signature is made of letters alone, the bytes
/// around it decide: a name may begin with MZ, and a resume with 7z.
/// </summary>
internal static class ForeignFile
{
    private const string Program = "This looks like a program, not a document.";
    private const string Picture = "This looks like a picture, not a document; a scan can be saved as a PDF.";
    private const string Archive = "This looks like an archive; please unpack it first.";

    /// <summary>What it seems to be; null when it is none of these.</summary>
    public static string? Find(ReadOnlySpan<byte> head)
    {
        if (IsWindowsProgram(head))
            return "This looks like a Windows program, not a document.";
        if (head is [0x7F, (byte)'E', (byte)'L', (byte)'F', ..] || IsMachO(head))
            return Program;
        if (head.StartsWith("#!"u8))
            return "This looks like a script, not a document.";
        if (head.StartsWith("%!PS"u8))
            return "This is a PostScript file; please save it as a PDF.";
        if (head is [0xFF, (byte)'W', (byte)'P', (byte)'C', ..])
            return "This looks like a WordPerfect document; please save it as a PDF.";
        if (IsArchive(head))
            return Archive;
        return Media(head);
    }

    // The header of a program for DOS has 28 bytes, which no text has; what a program for Windows adds lies where it says at 0x3C.
    private static bool IsWindowsProgram(ReadOnlySpan<byte> head) =>
        head.StartsWith("MZ"u8) && head[..Math.Min(head.Length, 0x40)].Contains((byte)0);

    private static bool IsMachO(ReadOnlySpan<byte> head) =>
        head is [0xCF or 0xCE, 0xFA, 0xED, 0xFE, ..] or [0xCA, 0xFE, 0xBA, 0xBE, ..];

    private static bool IsArchive(ReadOnlySpan<byte> head) =>
        head.StartsWith("Rar!\x1A\x07"u8)
        || head
            is [(byte)'7', (byte)'z', 0xBC, 0xAF, ..]
                or [0x1F, 0x8B, ..]
                or [0xFD, (byte)'7', (byte)'z', (byte)'X', ..]
        || head.StartsWith("BZh91AY"u8);

    private static string? Media(ReadOnlySpan<byte> head)
    {
        // ISO/IEC 14496-12, section 4.3: the length of the first box, of which there is little, its name, the brand.
        if (head.Length >= 12 && head[0] == 0 && head[4..].StartsWith("ftyp"u8))
            return head.Slice(8, 4).StartsWith("avi"u8) ? Picture : "This looks like a video, not a document.";
        // A bitmap for Windows states its length, which is not that of a text.
        return head.Length >= 14 && head.StartsWith("BM"u8) && BinaryPrimitives.ReadUInt32LittleEndian(head[6..]) == 0
            ? Picture
            : null;
    }
}
