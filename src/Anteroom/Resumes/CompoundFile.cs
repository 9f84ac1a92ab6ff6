using System.Buffers.Binary;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Tells Word 97–2003 documents from the other things that come as compound files: workbooks, installers, encrypted documents of any
/// Office version. It walks the directory of the file ([MS-CFB], sections 2.2 to 2.6) and looks at the names in the top storage.
/// </summary>
internal static class CompoundFile
{
    private const int HeaderBytes = 512;
    private const int DirectoryEntryBytes = 128;
    private const int SectorsInHeader = 109;
    private const int MaxDirectorySectors = 1024;
    private const uint LastRegularSector = 0xFFFFFFFA;
    private const uint NoStream = 0xFFFFFFFF;

    /// <summary>The first eight bytes.</summary>
    public static ReadOnlySpan<byte> Signature => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    /// <summary>Decides about a file that begins with <see cref="Signature"/>.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        if (NamesInTopStorage(file) is not { } names)
            return ResumeInspection.Refuse("This document is damaged or was not sent to its end.");
        if (names.Contains("EncryptedPackage") || names.Contains("EncryptionInfo"))
            return ResumeInspection.Refuse("This document is protected by a password; please remove it.");
        if (names.Contains("WordDocument"))
            return ResumeInspection.Is(ResumeType.Doc);
        if (names.Contains("Workbook") || names.Contains("Book"))
            return ResumeInspection.Refuse("This looks like a spreadsheet, not a resume.");
        if (names.Contains("PowerPoint Document"))
            return ResumeInspection.Refuse("This looks like a presentation, not a resume.");
        return ResumeInspection.Refuse("This is not a kind of document we can read.");
    }

    private static HashSet<string>? NamesInTopStorage(Stream file)
    {
        var header = ResumeInspector.Part(file, 0, HeaderBytes);
        if (header.Length < HeaderBytes)
            return null;
        var shift = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(30));
        if (shift is not (9 or 12) || Directory(file, header, shift) is not { Count: > 0 } directory)
            return null;

        // The entries of a storage form a tree of siblings; its root is the child of the first entry.
        var names = new HashSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<uint>();
        var waiting = new Stack<uint>();
        waiting.Push(Number(directory[0], 76));
        while (waiting.TryPop(out var index))
        {
            if (index == NoStream || index >= directory.Count || !seen.Add(index))
                continue;
            var entry = directory[(int)index];
            names.Add(NameOf(entry));
            waiting.Push(Number(entry, 68));
            waiting.Push(Number(entry, 72));
        }

        return names;
    }

    /// <summary>The entries of the directory's chain of sectors, as far as they are in the file.</summary>
    private static List<byte[]>? Directory(Stream file, byte[] header, int shift)
    {
        var sectorBytes = 1 << shift;
        var entries = new List<byte[]>();
        var table = TableSectors(file, header, shift);
        var sector = Number(header, 48);
        for (var read = 0; sector < LastRegularSector; read++)
        {
            var bytes = Sector(file, sector, shift);
            if (read == MaxDirectorySectors || bytes.Length < sectorBytes)
                return null;
            entries.AddRange(bytes.Chunk(DirectoryEntryBytes));

            var perSector = (uint)(sectorBytes / sizeof(uint));
            if (sector / perSector >= table.Count)
                return null;
            var next = Sector(file, table[(int)(sector / perSector)], shift, (int)(sector % perSector) * sizeof(uint));
            if (next.Length < sizeof(uint))
                return null;
            sector = Number(next, 0);
        }

        return entries;
    }

    /// <summary>Where the parts of the sector table are: the first 109 are in the header, more in a chain of their own.</summary>
    private static List<uint> TableSectors(Stream file, byte[] header, int shift)
    {
        var table = new List<uint>();
        for (var i = 0; i < SectorsInHeader; i++)
            table.Add(Number(header, 76 + i * sizeof(uint)));

        var sector = Number(header, 68);
        var inEach = (1 << shift) / sizeof(uint) - 1;
        for (var read = 0; sector < LastRegularSector && read < MaxDirectorySectors; read++)
        {
            var bytes = Sector(file, sector, shift);
            if (bytes.Length < 1 << shift)
                break;
            for (var i = 0; i < inEach; i++)
                table.Add(Number(bytes, i * sizeof(uint)));
            sector = Number(bytes, inEach * sizeof(uint));
        }

        return table;
    }

    /// <summary>A sector's bytes, or four of them from an offset; none when it is outside the file.</summary>
    private static byte[] Sector(Stream file, uint sector, int shift, int from = -1) =>
        ResumeInspector.Part(file, ((sector + 1L) << shift) + Math.Max(from, 0), from < 0 ? 1 << shift : sizeof(uint));

    private static string NameOf(byte[] entry)
    {
        var bytes = Math.Clamp(BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(64)) - 2, 0, 62);
        return Encoding.Unicode.GetString(entry, 0, bytes);
    }

    private static uint Number(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
