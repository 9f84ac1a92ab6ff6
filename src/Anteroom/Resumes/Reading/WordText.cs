using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>
/// The text of Word 97–2003 documents ([MS-DOC], section 2.4.1). It lies in pieces anywhere in the stream of the document; the table
/// stream tells their order. Headers, footnotes and text boxes come after the main text and are left out; what is deleted but still
/// tracked, and what is hidden, cannot be told from the rest without its formatting and is shown.
/// </summary>
internal static class WordText
{
    /// <summary>Bytes needed from the start of the document stream (FIB, section 2.5.1).</summary>
    private const int InformationBytes = 0x1AA;

    /// <summary>Word 6 and 95 store their pieces elsewhere. Word 97 itself wrote 0xC0 to 0xC2.</summary>
    private const int OldestVersion = 0xC0;

    /// <summary>Where the flags are.</summary>
    internal const int FlagsAt = 0x0A;

    /// <summary>Bytes needed for the flags.</summary>
    internal const int FlagBytes = FlagsAt + sizeof(ushort);

    /// <summary>The flag of a document that needs a password.</summary>
    internal const int Encrypted = 0x0100;

    private const int UsesTable1 = 0x0200;
    private const uint OneByteEach = 0x40000000;

    /// <summary>Adds the text to <paramref name="text"/>; nothing when the document is encrypted or too old.</summary>
    public static void Read(Stream file, BoundedText text)
    {
        if (CompoundFile.Open(file) is not { } compound)
            return;
        var document = compound.Read("WordDocument").Span;
        if (document.Length < InformationBytes || Short(document, 2) < OldestVersion)
            return;
        var flags = Short(document, FlagsAt);
        if ((flags & Encrypted) != 0)
            return;
        var table = compound.Read((flags & UsesTable1) != 0 ? "1Table" : "0Table").Span;
        var pieces = Pieces(Part(table, Number(document, 0x1A2), Number(document, 0x1A6)));
        ReadPieces(document, pieces, characters: Number(document, 0x4C), text);
    }

    /// <summary>The piece table, after formatting changes from earlier saves (Clx, section 2.9.38).</summary>
    private static ReadOnlySpan<byte> Pieces(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 3 && bytes[0] == 1)
            bytes = Part(bytes, 3 + Short(bytes, 1), bytes.Length);
        if (bytes.Length < 5 || bytes[0] != 2)
            return [];
        var pieces = Part(bytes, 5, Number(bytes, 1));
        return pieces.Length == Number(bytes, 1) ? pieces : [];
    }

    /// <summary>
    /// Where the pieces begin and the last one ends, counted in characters, four bytes each; then eight bytes about each piece
    /// (PlcPcd, section 2.8.35, and Pcd, section 2.9.177).
    /// </summary>
    private static void ReadPieces(
        ReadOnlySpan<byte> document,
        ReadOnlySpan<byte> pieces,
        uint characters,
        BoundedText text
    )
    {
        var prose = new Prose(text);
        var count = (pieces.Length - 4) / 12;
        for (var i = 0; i < count && !text.IsFull; i++)
        {
            var start = Number(pieces, 4 * i);
            var end = Math.Min(Number(pieces, 4 * i + 4), characters);
            if (start >= end)
                return;
            var place = Number(pieces, 4 * (count + 1) + 8 * i + 2);
            var at = place & (OneByteEach - 1);
            var width = (place & OneByteEach) != 0 ? 1 : 2;
            var bytes = Part(document, width == 1 ? at / 2 : at, (long)width * (end - start));
            for (; bytes.Length >= width && !text.IsFull; bytes = bytes[width..])
                prose.Add(width == 1 ? Windows1252.Decode(bytes[0]) : (char)Short(bytes, 0));
        }
    }

    /// <summary>The part as far as it exists; a damaged file may state any offset and length.</summary>
    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, long at, long most) =>
        at >= bytes.Length ? [] : bytes.Slice((int)at, (int)Math.Min(most, bytes.Length - at));

    private static ushort Short(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Number(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    /// <summary>Adds characters as Word stores them, some of which are marks (for fields, see PlcFld, section 2.8.25).</summary>
    private sealed class Prose(BoundedText text)
    {
        private int _depth;
        private int _hiddenFrom; // the depth of the outermost field whose instruction has not ended; 0 for none
        private bool _afterCell;

        public void Add(char character)
        {
            switch (character)
            {
                case '\x13':
                    _depth++;
                    if (_hiddenFrom == 0)
                        _hiddenFrom = _depth;
                    return;
                case '\x14':
                    EndInstruction();
                    return;
                case '\x15':
                    EndInstruction();
                    _depth = Math.Max(_depth - 1, 0);
                    return;
            }

            if (_hiddenFrom == 0)
                Show(character);
        }

        private void EndInstruction()
        {
            if (_hiddenFrom == _depth)
                _hiddenFrom = 0;
        }

        private void Show(char character)
        {
            switch (character)
            {
                // A row ends with an extra cell mark. An empty cell looks the same and ends the line early.
                case '\a' when _afterCell:
                case '\r' or '\v' or '\f' or '\x0E':
                    text.Line();
                    break;
                case '\a':
                    text.Append('\t');
                    break;
                case '\x1E':
                    text.Append('-');
                    break;
                default:
                    text.Append(character);
                    break;
            }

            _afterCell = character == '\a';
        }
    }
}
