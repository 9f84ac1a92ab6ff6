using System.Buffers.Binary;
using System.Text;

namespace Anteroom.Tests.Resumes;

/// <summary>Writes compound files ([MS-CFB]), every chain of sectors from its end to its beginning.</summary>
public sealed class CompoundWriter
{
    /// <summary>What ends a chain.</summary>
    public const uint End = 0xFFFFFFFE;

    private const uint Free = 0xFFFFFFFF;
    private const int Small = 64;
    private const int SmallUnder = 4096;

    private readonly int _sector;
    private readonly List<byte[]> _sectors = [];
    private readonly List<uint> _next = [];

    private CompoundWriter(int shift) => _sector = 1 << shift;

    /// <summary>A file with streams in its top storage; sectors have 512 bytes (shift 9) or 4,096 (12).</summary>
    public static byte[] Write(int shift, params (string Name, byte[] Content)[] streams) =>
        new CompoundWriter(shift).WriteAll(streams);

    /// <summary>A file with streams in its top storage, all of them empty.</summary>
    public static byte[] Write(params string[] streams) =>
        Write(9, [.. streams.Select(name => (name, Array.Empty<byte>()))]);

    private byte[] WriteAll((string Name, byte[] Content)[] streams)
    {
        var small = new MemoryStream();
        var smallNext = new List<uint>();
        var entries = new List<byte[]>();
        foreach (var (name, content) in streams)
        {
            var first = content.Length < SmallUnder ? AddSmall(content, small, smallNext) : Add(content);
            var next = entries.Count + 1 < streams.Length ? (uint)entries.Count + 2 : Free;
            entries.Add(Entry(name, 2, next, Free, first, content.Length));
        }

        var root = Entry("Root Entry", 5, Free, 1, Add(small.ToArray()), (int)small.Length);
        var smallTable = Add([.. smallNext.SelectMany(BitConverter.GetBytes)]);
        var directory = Add([.. root, .. entries.SelectMany(entry => entry)]);

        var header = new byte[_sector];
        ((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]).CopyTo(header);
        Put16(header, 24, 0x3E);
        Put16(header, 26, (ushort)(_sector == 512 ? 3 : 4));
        Put16(header, 28, 0xFFFE);
        Put16(header, 30, (ushort)int.Log2(_sector));
        Put16(header, 32, 6);
        Put32(header, 48, directory);
        Put32(header, 56, SmallUnder);
        Put32(header, 60, smallTable);
        AddTable(header);
        var file = new MemoryStream();
        file.Write(header);
        _sectors.ForEach(sector => file.Write(sector));
        return file.ToArray();
    }

    /// <summary>The table of sectors itself, and the sectors that tell where its parts are when the header has no room for that.</summary>
    private void AddTable(byte[] header)
    {
        var inEach = _sector / 4;
        var (parts, more) = (0, 0);
        while (parts * inEach < _next.Count + parts + more)
        {
            parts++;
            more = Math.Max(parts - 109 + inEach - 2, 0) / (inEach - 1);
        }

        var first = (uint)_next.Count;
        _next.AddRange(Enumerable.Repeat(0xFFFFFFFD, parts).Concat(Enumerable.Repeat(0xFFFFFFFC, more)));
        for (var part = 0; part < parts; part++)
            _sectors.Add(Numbers(_next.Skip(part * inEach).Take(inEach)));
        var places = Enumerable.Range(0, parts).Select(part => first + (uint)part).ToArray();
        for (var i = 0; i < 109; i++)
            Put32(header, 76 + 4 * i, i < parts ? places[i] : Free);
        Put32(header, 44, (uint)parts);
        Put32(header, 68, more == 0 ? End : first + (uint)parts);
        Put32(header, 72, (uint)more);
        for (var i = 0; i < more; i++)
        {
            var sector = Numbers(places.Skip(109 + i * (inEach - 1)).Take(inEach - 1));
            Put32(sector, _sector - 4, i + 1 < more ? first + (uint)(parts + i + 1) : End);
            _sectors.Add(sector);
        }
    }

    private byte[] Numbers(IEnumerable<uint> numbers)
    {
        var sector = new byte[_sector];
        sector.AsSpan().Fill(0xFF);
        var at = 0;
        foreach (var number in numbers)
            Put32(sector, 4 * at++, number);
        return sector;
    }

    private uint Add(byte[] content)
    {
        var chunks = content.Chunk(_sector).Reverse().ToArray();
        foreach (var chunk in chunks)
        {
            _next.Add(chunk == chunks[0] ? End : (uint)_sectors.Count - 1);
            _sectors.Add([.. chunk, .. new byte[_sector - chunk.Length]]);
        }

        return chunks.Length == 0 ? End : (uint)_sectors.Count - 1;
    }

    private static uint AddSmall(byte[] content, MemoryStream all, List<uint> next)
    {
        var chunks = content.Chunk(Small).Reverse().ToArray();
        foreach (var chunk in chunks)
        {
            next.Add(chunk == chunks[0] ? End : (uint)next.Count - 1);
            all.Write([.. chunk, .. new byte[Small - chunk.Length]]);
        }

        return chunks.Length == 0 ? End : (uint)next.Count - 1;
    }

    private static byte[] Entry(string name, byte kind, uint sibling, uint child, uint first, int length)
    {
        var entry = new byte[128];
        Encoding.Unicode.GetBytes(name).CopyTo(entry, 0);
        Put16(entry, 64, (ushort)(2 * name.Length + 2));
        entry[66] = kind;
        Put32(entry, 68, Free);
        Put32(entry, 72, sibling);
        Put32(entry, 76, child);
        Put32(entry, 116, first);
        Put32(entry, 120, (uint)length);
        return entry;
    }

    private static void Put16(Span<byte> bytes, int at, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], value);

    private static void Put32(Span<byte> bytes, int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);
}
