using System.Text;

namespace Anteroom.Resumes;

/// <summary>What a file is: a type that is accepted, or a sentence for the prospect that says why not and what would be right.</summary>
internal readonly record struct ResumeInspection(ResumeType? Type, Sentence? Problem)
{
    /// <summary>The file is accepted as this type.</summary>
    internal static ResumeInspection Is(ResumeType type) => new(type, null);

    /// <summary>The file is refused; <paramref name="finding"/> is a sentence about what it seems to be.</summary>
    internal static ResumeInspection Refuse(Sentence finding) =>
        new(null, $"{finding} Please send a {(Sentence)ResumeTypeNames.Accepted} file.");
}

/// <summary>
/// Determines a file's type by its content alone, ignoring its name and what the browser claims. Reads little (only plain text in full),
/// unpacks nothing, and trusts no length or offset in the file.
/// </summary>
/// <remarks>
/// Accepts damaged or truncated files whose type is clear, because people send them and most can still be read; strict about everything
/// that a browser or Windows would run.
/// </remarks>
internal static class ResumeInspector
{
    private const int HeadBytes = 4096;

    /// <summary>Readers find a PDF's header anywhere in its first 1,024 bytes (ISO 32000-1, annex H.3, note 13).</summary>
    private const int PdfHeaderWithin = 1024;

    /// <summary>Looks at a file that can be sought in. Reads are short or from what was just written, hence not asynchronous.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static ResumeInspection Inspect(Stream file)
    {
        if (file.Length == 0)
            return ResumeInspection.Refuse("This file is empty.");

        var head = Part(file, 0, HeadBytes).AsSpan();
        if (Foreign(head) is { } finding)
            return ResumeInspection.Refuse(finding);
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return ZipDocument.Inspect(file);
        if (head.StartsWith(CompoundFile.Signature))
            return CompoundDocument.Inspect(file);
        if (IsPdf(head, out var isMarkup))
            return isMarkup
                ? ResumeInspection.Refuse("This looks like a web page, not a resume.")
                : ResumeInspection.Is(ResumeType.Pdf);
        if (head.StartsWith(@"{\rtf"u8))
            return ResumeInspection.Is(ResumeType.Rtf);
        return PlainText.Inspect(file);
    }

    /// <summary>Reads at most <paramref name="count"/> bytes at an offset; fewer, or none, where the file ends before.</summary>
    internal static byte[] Part(Stream file, long offset, int count)
    {
        if (offset < 0 || offset >= file.Length)
            return [];

        var part = new byte[(int)Math.Min(count, file.Length - offset)];
        file.Position = offset;
        var read = file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
        return read == part.Length ? part : part[..read];
    }

    /// <summary>Types that people send by mistake or on purpose, named in the error message.</summary>
    private static string? Foreign(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("MZ"u8))
            return "This looks like a Windows program, not a resume.";
        if (head.StartsWith("\x7f"u8) && head[1..].StartsWith("ELF"u8))
            return "This looks like a program, not a resume.";
        if (IsMachO(head))
            return "This looks like a program, not a resume.";
        if (head.StartsWith("#!"u8))
            return "This looks like a script, not a resume.";
        if (IsPicture(head))
            return "This looks like a picture, not a document; a scan can be saved as a PDF.";
        if (head.StartsWith("Rar!"u8) || head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || head.StartsWith("7z"u8))
            return "This looks like an archive; please unpack it first.";
        return null;
    }

    private static bool IsMachO(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xCF, 0xFA, 0xED, 0xFE])
        || head.StartsWith((ReadOnlySpan<byte>)[0xCE, 0xFA, 0xED, 0xFE])
        || head.StartsWith((ReadOnlySpan<byte>)[0xCA, 0xFE, 0xBA, 0xBE]);

    private static bool IsPicture(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])
        || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || head.StartsWith("GIF8"u8)
        || head.StartsWith("II*\0"u8)
        || head.StartsWith("MM\0*"u8)
        || (head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..].StartsWith("WEBP"u8))
        || (head.Length >= 12 && head[4..].StartsWith("ftyp"u8));

    /// <summary>
    /// A header with a version, perhaps after the few bytes of a printer language or a broken mail program. A file that is
    /// a web page as well (a polyglot) has its markup near the header; a PDF of its own has none there.
    /// </summary>
    private static bool IsPdf(ReadOnlySpan<byte> head, out bool isMarkup)
    {
        isMarkup = false;
        var start = head[..Math.Min(head.Length, PdfHeaderWithin)];
        var at = start.IndexOf("%PDF-"u8);
        if (at < 0 || at + 5 >= start.Length || !char.IsAsciiDigit((char)start[at + 5]))
            return false;

        var text = Encoding.Latin1.GetString(head);
        isMarkup = text.AsSpan(0, at).Contains('<') || PlainText.MentionsMarkup(text);
        return true;
    }
}
