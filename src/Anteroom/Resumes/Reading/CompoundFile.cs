using System.Buffers.Binary;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// The streams in the top storage of a compound file ([MS-CFB]). Files are hostile: a sector chain may leave the file, loop or break off,
/// so it is followed for no more bytes than the file has.
/// </summary>
internal sealed class CompoundFile
{
    private const int HeaderBytes = 512;
    private const int DirectoryEntryBytes = 128;
    private const int SectorsInHeader = 109;
    private const int MaxDirectorySectors = 1024;
    private const int SmallSectorBytes = 64;
    private const uint LastRegularSector = 0xFFFFFFFA;
    private const uint NoStream = 0xFFFFFFFF;

    /// <summary>Shorter streams are parts of a stream of their own, which belongs to the root of the directory.</summary>
    private const int SmallStreamsUnder = 4096;

    private readonly Stream _file;
    private readonly byte[] _header;
    private readonly int _shift;
    private readonly List<uint> _table;
    private readonly ReadOnlyMemory<byte> _root;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly ReadOnlyMemory<byte> _directory;

    private CompoundFile(Stream file, byte[] header, int shift)
    {
        (_file, _header, _shift) = (file, header, shift);
        _table = TableSectors();
        var directory = Chain(Number(header, 48), MaxDirectorySectors << shift, out var isWhole);
        if (!isWhole || directory.Length < DirectoryEntryBytes)
            return;
        _root = directory[..DirectoryEntryBytes];
        _directory = directory;
        Enter(directory);
    }

    /// <summary>The first eight bytes.</summary>
    public static ReadOnlySpan<byte> Signature => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    /// <summary>Reads the directory of a file that begins with <see cref="Signature"/>; null when it is damaged.</summary>
    public static CompoundFile? Open(Stream file)
    {
        var header = ResumeInspector.Part(file, 0, HeaderBytes);
        if (header.Length < HeaderBytes)
            return null;
        var shift = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(30));
        return shift is 9 or 12 && new CompoundFile(file, header, shift) is { _root.IsEmpty: false } whole
            ? whole
            : null;
    }

    /// <summary>Whether the top storage has something of that name.</summary>
    public bool Has(string name) => _entries.ContainsKey(name);

    /// <summary>Whether any storage has something of that name, in the tree or left beside it.</summary>
    public bool HasAnywhere(string name)
    {
        for (var at = 0; at + DirectoryEntryBytes <= _directory.Length; at += DirectoryEntryBytes)
            if (NameOf(_directory.Span[at..]).Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>A stream of the top storage, as far as the file has it and at most so many bytes; empty when there is no such stream.</summary>
    public ReadOnlyMemory<byte> Read(string name, long most = long.MaxValue)
    {
        if (!_entries.TryGetValue(name, out var entry))
            return default;
        // Only the lower half of the length counts: the upper one may be anything in files with sectors of 512 bytes (2.6.1).
        var (first, length) = (Number(entry.Span, 116), Number(entry.Span, 120));
        return length < SmallStreamsUnder
            ? SmallStream(first, (int)Math.Min(length, most))
            : Chain(first, Math.Min(length, most), out _);
    }

    private ReadOnlyMemory<byte> SmallStream(uint first, int length)
    {
        var all = Chain(Number(_root.Span, 116), Number(_root.Span, 120), out _).Span;
        var table = Chain(Number(_header, 60), _file.Length, out _).Span;
        var stream = new MemoryStream();
        for (var sector = first; stream.Length < length; sector = Number(table, (int)sector * sizeof(uint)))
        {
            var at = (long)sector * SmallSectorBytes;
            if (at >= all.Length)
                break;
            var part = all[(int)at..];
            stream.Write(part[..Math.Min(part.Length, Math.Min(SmallSectorBytes, length - (int)stream.Length))]);
            if (part.Length < SmallSectorBytes || sector >= table.Length / sizeof(uint))
                break;
        }

        return stream.GetBuffer().AsMemory(0, (int)stream.Length);
    }

    /// <summary>The entries of a storage form a tree of siblings; its root is the child of the first entry.</summary>
    private void Enter(ReadOnlyMemory<byte> directory)
    {
        var seen = new HashSet<uint>();
        var waiting = new Stack<uint>();
        waiting.Push(Number(_root.Span, 76));
        while (waiting.TryPop(out var index))
        {
            if (index == NoStream || index >= directory.Length / DirectoryEntryBytes || !seen.Add(index))
                continue;
            var entry = directory.Slice((int)index * DirectoryEntryBytes, DirectoryEntryBytes);
            _entries.TryAdd(NameOf(entry.Span), entry);
            waiting.Push(Number(entry.Span, 68));
            waiting.Push(Number(entry.Span, 72));
        }
    }

    /// <summary>The bytes of a chain of sectors as far as it leads, but not more than are asked for or the file has.</summary>
    private ReadOnlyMemory<byte> Chain(uint first, long most, out bool isWhole)
    {
        var bytes = new MemoryStream();
        most = Math.Min(most, _file.Length);
        isWhole = false;
        var sector = first;
        while (sector < LastRegularSector && bytes.Length < most)
        {
            var part = Sector(sector);
            bytes.Write(part, 0, (int)Math.Min(part.Length, most - bytes.Length));
            if (part.Length < 1 << _shift || Next(sector) is not { } next)
                return Written(bytes);
            sector = next;
        }

        isWhole = sector >= LastRegularSector;
        return Written(bytes);
    }

    private uint? Next(uint sector)
    {
        var inEach = (uint)(1 << _shift) / sizeof(uint);
        if (sector / inEach >= _table.Count)
            return null;
        var next = Sector(_table[(int)(sector / inEach)], (int)(sector % inEach) * sizeof(uint));
        return next.Length < sizeof(uint) ? null : Number(next, 0);
    }

    /// <summary>Where the parts of the sector table are: the first 109 are in the header, more in a chain of their own.</summary>
    private List<uint> TableSectors()
    {
        var table = new List<uint>();
        for (var i = 0; i < SectorsInHeader; i++)
            table.Add(Number(_header, 76 + i * sizeof(uint)));

        var sector = Number(_header, 68);
        var inEach = (1 << _shift) / sizeof(uint) - 1;
        for (var read = 0; sector < LastRegularSector && read < MaxDirectorySectors; read++)
        {
            var bytes = Sector(sector);
            if (bytes.Length < 1 << _shift)
                break;
            for (var i = 0; i < inEach; i++)
                table.Add(Number(bytes, i * sizeof(uint)));
            sector = Number(bytes, inEach * sizeof(uint));
        }

        return table;
    }

    /// <summary>A sector's bytes, or four of them from an offset; none when it is outside the file.</summary>
    private byte[] Sector(uint sector, int from = -1) =>
        ResumeInspector.Part(
            _file,
            ((sector + 1L) << _shift) + Math.Max(from, 0),
            from < 0 ? 1 << _shift : sizeof(uint)
        );

    private static ReadOnlyMemory<byte> Written(MemoryStream bytes) => bytes.GetBuffer().AsMemory(0, (int)bytes.Length);

    private static string NameOf(ReadOnlySpan<byte> entry)
    {
        var bytes = Math.Clamp(BinaryPrimitives.ReadUInt16LittleEndian(entry[64..]) - 2, 0, 62);
        return Encoding.Unicode.GetString(entry[..bytes]);
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
