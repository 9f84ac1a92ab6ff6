using System.Buffers.Binary;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Distinguishes DOCX and ODT from other ZIP archives by the names in the central directory (APPNOTE 6.3, section 4.3.12). Nothing is
/// inflated, so a ZIP bomb is harmless; every length and offset is checked against the file before use.
/// </summary>
internal static class ZipDocument
{
    private const int EndRecordBytes = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int CentralHeaderBytes = 46;
    private const int LocalHeaderBytes = 30;
    private const int MaxDirectoryBytes = 4 * 1024 * 1024;
    private const int MaxEntries = 10_000;
    private const ushort Stored = 0;

    private sealed record Entry(string Name, long Offset);

    /// <summary>Inspects a file that starts like a ZIP archive.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        if (Entries(file) is not { } entries)
            return ResumeInspection.Refuse("This document is damaged or was not sent to its end.");

        var names = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        if (names.Any(name => name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)))
            return ResumeInspection.Refuse("This document contains macros, which we do not accept.");
        if (MediaType(file) is { } mediaType)
            return Inspect(mediaType);
        if (names.Contains("[Content_Types].xml"))
            return InspectOffice(file, entries, names);
        if (names.Any(name => name.EndsWith(".iwa", StringComparison.Ordinal)))
            return ResumeInspection.Refuse("This looks like a Pages document; it can be exported as a PDF.");
        return ResumeInspection.Refuse("This looks like a ZIP archive; please unpack it first.");
    }

    private static ResumeInspection Inspect(string mediaType) =>
        mediaType switch
        {
            "application/vnd.oasis.opendocument.text" => ResumeInspection.Is(ResumeType.Odt),
            "application/vnd.oasis.opendocument.spreadsheet" => ResumeInspection.Refuse(
                "This looks like a spreadsheet, not a resume."
            ),
            "application/vnd.oasis.opendocument.presentation" => ResumeInspection.Refuse(
                "This looks like a presentation, not a resume."
            ),
            _ => ResumeInspection.Refuse("This is not a kind of document we can read."),
        };

    private static ResumeInspection InspectOffice(Stream file, List<Entry> entries, HashSet<string> names)
    {
        // Word on the web sometimes names its main part document2.xml.
        if (entries.Find(entry => IsMainPart(entry.Name)) is { } main)
            return IsThere(file, main)
                ? ResumeInspection.Is(ResumeType.Docx)
                : ResumeInspection.Refuse("This document is damaged.");
        if (names.Any(name => name.StartsWith("xl/", StringComparison.Ordinal)))
            return ResumeInspection.Refuse("This looks like a spreadsheet, not a resume.");
        if (names.Any(name => name.StartsWith("ppt/", StringComparison.Ordinal)))
            return ResumeInspection.Refuse("This looks like a presentation, not a resume.");
        return ResumeInspection.Refuse("This is not a kind of document we can read.");
    }

    private static bool IsMainPart(string name) =>
        name is "word/document.xml"
        || (
            name.Length == "word/document2.xml".Length
            && name.StartsWith("word/document", StringComparison.Ordinal)
            && char.IsAsciiDigit(name["word/document".Length])
            && name.EndsWith(".xml", StringComparison.Ordinal)
        );

    /// <summary>Whether the entry's own header is where the directory says and has the same name.</summary>
    private static bool IsThere(Stream file, Entry entry)
    {
        var header = ResumeInspector.Part(file, entry.Offset, LocalHeaderBytes + entry.Name.Length);
        return header.Length == LocalHeaderBytes + entry.Name.Length
            && header.AsSpan().StartsWith("PK\x03\x04"u8)
            && header.AsSpan(LocalHeaderBytes).SequenceEqual(Encoding.ASCII.GetBytes(entry.Name));
    }

    /// <summary>
    /// What the first entry says when it is called <c>mimetype</c> and stored as it is, as OpenDocument demands (part 3,
    /// section 3.3); null otherwise.
    /// </summary>
    private static string? MediaType(Stream file)
    {
        var head = ResumeInspector.Part(file, 0, LocalHeaderBytes + 256).AsSpan();
        if (head.Length < LocalHeaderBytes || Number16(head, 8) != Stored)
            return null;

        var nameLength = Number16(head, 26);
        var start = LocalHeaderBytes + nameLength + Number16(head, 28);
        var length = (int)Math.Min(Number32(head, 18), 100);
        if (start + length > head.Length || !head.Slice(LocalHeaderBytes, nameLength).SequenceEqual("mimetype"u8))
            return null;
        return Encoding.ASCII.GetString(head.Slice(start, length)).Trim();
    }

    /// <summary>The central directory; null when there is none or it does not fit the file.</summary>
    private static List<Entry>? Entries(Stream file)
    {
        var tailBytes = (int)Math.Min(file.Length, EndRecordBytes + LongestComment);
        var tail = ResumeInspector.Part(file, file.Length - tailBytes, tailBytes).AsSpan();
        var end = tail.LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || tail.Length - end < EndRecordBytes)
            return null;

        var count = Number16(tail, end + 10);
        var bytes = Number32(tail, end + 12);
        var offset = Number32(tail, end + 16);
        if (count > MaxEntries || bytes > MaxDirectoryBytes || offset + bytes > file.Length - tailBytes + end)
            return null;

        var directory = ResumeInspector.Part(file, offset, (int)bytes).AsSpan();
        var entries = new List<Entry>(count);
        while (entries.Count < count)
        {
            if (directory.Length < CentralHeaderBytes || !directory.StartsWith("PK\x01\x02"u8))
                return null;
            var nameLength = Number16(directory, 28);
            var length = CentralHeaderBytes + nameLength + Number16(directory, 30) + Number16(directory, 32);
            if (length > directory.Length)
                return null;
            entries.Add(
                new(Encoding.UTF8.GetString(directory.Slice(CentralHeaderBytes, nameLength)), Number32(directory, 42))
            );
            directory = directory[length..];
        }

        return entries;
    }

    private static int Number16(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static long Number32(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
