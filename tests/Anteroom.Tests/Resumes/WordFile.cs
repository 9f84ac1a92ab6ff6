using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Anteroom.Tests.Resumes;

/// <summary>A document of Word 97 to 2003 as far as its text goes ([MS-DOC], section 2.4.1).</summary>
/// <param name="Pieces">The text; a piece is kept in one byte a character where all of its characters fit into one.</param>
public sealed record WordFile(params string[] Pieces)
{
    /// <summary>The version of the format (nFib).</summary>
    public ushort Version { get; init; } = 0xC1;

    /// <summary>Word looks as if it had a password.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Which of the two table streams counts.</summary>
    public string Table { get; init; } = "1Table";

    /// <summary>What follows the main text: footnotes, headers.</summary>
    public string After { get; init; } = "";

    /// <summary>The least length of both streams: from 4,096 bytes on they have sectors of their own.</summary>
    public int Least { get; init; }

    /// <summary>Sectors of 512 bytes (9) or 4,096 (12).</summary>
    public int Shift { get; init; } = 9;

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        var (document, table) = Streams();
        var other = Table == "1Table" ? "0Table" : "1Table";
        return CompoundWriter.Write(
            Shift,
            ("Data", new byte[100]),
            (other, "not this one"u8.ToArray()),
            (Table, table),
            ("WordDocument", document)
        );
    }

    private (byte[] Document, byte[] Table) Streams()
    {
        // A character between the pieces, so that none is found by reading on, and the last piece first.
        string[] pieces = [.. Pieces, After];
        var document = new List<byte>(new byte[1024]);
        var places = new uint[pieces.Length];
        foreach (var (i, piece) in pieces.Index().Reverse())
        {
            var isSmall = piece.All(character => character <= '\u00FF');
            document.AddRange("#"u8);
            places[i] = isSmall ? 0x40000000 | ((uint)document.Count * 2) : (uint)document.Count;
            document.AddRange(isSmall ? Encoding.Latin1.GetBytes(piece) : MemoryMarshal.AsBytes(piece.AsSpan()));
        }

        var positions = pieces.Aggregate(new List<int> { 0 }, (all, piece) => [.. all, all[^1] + piece.Length]);
        byte[] plc =
        [
            .. positions.SelectMany(BitConverter.GetBytes),
            .. places.SelectMany(place => (byte[])[0, 0, .. BitConverter.GetBytes(place), 0, 0]),
        ];
        byte[] beforePieces = [1, 3, 0, 9, 9, 9];
        byte[] clx = [.. beforePieces, 2, .. BitConverter.GetBytes(plc.Length), .. plc];
        const int at = 20;

        var information = CollectionsMarshal.AsSpan(document);
        Put16(information, 0, 0xA5EC);
        Put16(information, 2, Version);
        Put16(information, 0x0A, (ushort)((IsEncrypted ? 0x100 : 0) | (Table == "1Table" ? 0x200 : 0)));
        Put32(information, 0x4C, Pieces.Sum(piece => piece.Length));
        Put32(information, 0x1A2, at);
        Put32(information, 0x1A6, clx.Length);
        return (Padded([.. document]), Padded([.. new byte[at], .. clx, 7, 7]));
    }

    private byte[] Padded(byte[] bytes) => [.. bytes, .. new byte[Math.Max(Least - bytes.Length, 0)]];

    private static void Put16(Span<byte> bytes, int at, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], value);

    private static void Put32(Span<byte> bytes, int at, int value) =>
        BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], value);
}
