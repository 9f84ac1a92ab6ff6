using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml;

namespace Anteroom.Resumes;

/// <summary>
/// Distinguishes DOCX and ODT from other ZIP archives by the names in the central directory (APPNOTE 6.3, section 4.3.12) and by the lists
/// that packages have of their parts. The directory is checked against the file before use, and no more than the beginning of a list
/// is inflated, so a ZIP bomb is harmless.
/// </summary>
internal static class ZipDocument
{
    private const int EndRecordBytes = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int CentralHeaderBytes = 46;
    private const int MaxDirectoryBytes = 4 * 1024 * 1024;
    private const int MaxEntries = 10_000;

    /// <summary>The most that is inflated of one list.</summary>
    private const int MostOfList = 1024 * 1024;

    /// <summary>Inspects a file that starts like a ZIP archive.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        if (!HasDirectory(file))
            return ResumeInspection.Damaged;
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return Inspect(archive);
        }
        catch (Exception error) when (error is InvalidDataException or XmlException or NotSupportedException)
        {
            return ResumeInspection.Damaged;
        }
    }

    private static ResumeInspection Inspect(ZipArchive archive)
    {
        if (archive.Find("[Content_Types].xml") is not null)
            return OfficePackage.Inspect(archive);
        if (archive.Find("mimetype") is not null || archive.Find("META-INF/manifest.xml") is not null)
            return OpenDocumentPackage.Inspect(archive);
        if (AppleDocument.Find(archive) is { } finding)
            return ResumeInspection.Refuse(finding);
        return ResumeInspection.Refuse("This looks like a ZIP archive; please unpack it first.");
    }

    /// <summary>An entry by its name, as packages compare names: without regard to case, and with whatever slash its writer used.</summary>
    public static ZipArchiveEntry? Find(this ZipArchive archive, string name) =>
        archive.GetEntry(name)
        ?? archive.Entries.FirstOrDefault(entry =>
            entry.FullName.Replace('\\', '/').TrimStart('/').Equals(name, StringComparison.OrdinalIgnoreCase)
        );

    /// <summary>The beginning of an entry.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static byte[] Head(this ZipArchiveEntry entry, int most = MostOfList)
    {
        using var content = entry.Open();
        var head = new byte[(int)Math.Min(most, Math.Max(entry.Length, 0))];
        return head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    /// <summary>The elements of a list, as far as it is inflated.</summary>
    /// <exception cref="XmlException">It is damaged.</exception>
    public static IEnumerable<XmlReader> Elements(this ZipArchiveEntry entry)
    {
        using var xml = XmlReader.Create(new MemoryStream(entry.Head()), DocxText.Settings);
        while (xml.Read())
            if (xml.NodeType == XmlNodeType.Element)
                yield return xml;
    }

    /// <summary>Whether the central directory is there, fits the file, and is no larger than any document needs.</summary>
    private static bool HasDirectory(Stream file)
    {
        var tailBytes = (int)Math.Min(file.Length, EndRecordBytes + LongestComment);
        var tail = ResumeInspector.Part(file, file.Length - tailBytes, tailBytes).AsSpan();
        var end = tail.LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || tail.Length - end < EndRecordBytes)
            return false;

        var count = Number16(tail, end + 10);
        var bytes = Number32(tail, end + 12);
        var offset = Number32(tail, end + 16);
        if (count > MaxEntries || bytes > MaxDirectoryBytes || offset + bytes > file.Length - tailBytes + end)
            return false;

        var directory = ResumeInspector.Part(file, offset, (int)bytes).AsSpan();
        for (var entry = 0; entry < count; entry++)
        {
            if (directory.Length < CentralHeaderBytes || !directory.StartsWith("PK\x01\x02"u8))
                return false;
            var length =
                CentralHeaderBytes + Number16(directory, 28) + Number16(directory, 30) + Number16(directory, 32);
            if (length > directory.Length)
                return false;
            directory = directory[length..];
        }

        return true;
    }

    private static int Number16(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static long Number32(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
