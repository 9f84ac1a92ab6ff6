using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>
/// The text of Word 97–2003 documents ([MS-DOC], section 2.4.1). It lies in pieces anywhere in the stream of the document; the table
/// stream tells their order. After the main text come footnotes, headers and footers, comments, endnotes and text boxes; comments are left
/// out, and so is what is hidden, or deleted but still tracked (<see cref="WordFormats"/>). Word 6 and 95 have the same pieces elsewhere.
/// </summary>
internal static class WordText
{
    /// <summary>Bytes needed from the start of the document stream (FIB, section 2.5.1).</summary>
    private const int InformationBytes = 0x1AA;

    /// <summary>Word 97 itself wrote 0xC0 to 0xC2.</summary>
    private const int Word97 = 0xC0;

    private const int Word6 = 101;
    private const int IsFastSaved = 0x0004;

    /// <summary>Where the flags are.</summary>
    internal const int FlagsAt = 0x0A;

    /// <summary>Bytes needed for the flags.</summary>
    internal const int FlagBytes = FlagsAt + sizeof(ushort);

    /// <summary>The flag of a document that needs a password.</summary>
    internal const int Encrypted = 0x0100;

    private const int UsesTable1 = 0x0200;
    private const uint OneByteEach = 0x40000000;

    /// <summary>Where the lengths of the parts are, in the order of the parts (FibRgLw97, section 2.5.4).</summary>
    private static readonly int[] LengthsAt = [0x4C, 0x50, 0x54, 0x58, 0x5C, 0x60, 0x64, 0x68];

    /// <summary>The order in which the parts are read: headers and footers, the main text, footnotes, endnotes, text boxes. 3 and 4 are macros and comments.</summary>
    private static readonly int[] Order = [2, 0, 1, 5, 6, 7];

    /// <summary>Adds the text to <paramref name="text"/>; nothing when the document is encrypted or too old.</summary>
    public static void Read(Stream file, BoundedText text)
    {
        if (CompoundFile.Open(file) is not { } compound)
            return;
        var document = compound.Read("WordDocument").Span;
        if (document.Length < InformationBytes || (Short(document, FlagsAt) & Encrypted) != 0)
            return;
        var version = Short(document, 2);
        if (version < Word97)
        {
            if (version >= Word6)
                ReadOld(document, text);
            return;
        }

        var table = compound.Read((Short(document, FlagsAt) & UsesTable1) != 0 ? "1Table" : "0Table").Span;
        var pieces = Pieces(Part(table, Number(document, 0x1A2), Number(document, 0x1A6)));
        var formats = WordFormats.Read(document, Part(table, Number(document, 0xFA), Number(document, 0xFE)));
        foreach (var part in Order)
        {
            var start = 0L;
            for (var before = 0; before < part; before++)
                start += Number(document, LengthsAt[before]);
            ReadPieces(document, pieces, start, start + Number(document, LengthsAt[part]), formats, text);
            text.Apart();
        }
    }

    // One byte for each character; in pieces only after a fast save.
    private static void ReadOld(ReadOnlySpan<byte> document, BoundedText text)
    {
        var characters = Number(document, 0x34);
        if ((Short(document, FlagsAt) & IsFastSaved) == 0)
        {
            var first = Number(document, 0x18);
            var prose = new Prose(text);
            foreach (var one in first < 0x80 ? [] : Part(document, first, characters))
                if (!text.IsFull)
                    prose.Add(Windows1252.Decode(one));
            return;
        }

        var pieces = Pieces(Part(document, Number(document, 0x160), Number(document, 0x164)));
        ReadPieces(document, pieces, 0, characters, WordFormats.None, text, isOld: true);
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
        long from,
        long to,
        WordFormats formats,
        BoundedText text,
        bool isOld = false
    )
    {
        var prose = new Prose(text);
        var count = (pieces.Length - 4) / 12;
        for (var i = 0; i < count && !text.IsFull; i++)
        {
            var (first, last) = (Number(pieces, 4 * i), Number(pieces, 4 * i + 4));
            var start = Math.Max(first, from);
            var end = Math.Min(last, to);
            if (first >= last)
                return;
            if (start >= end)
                continue;
            var place = Number(pieces, 4 * (count + 1) + 8 * i + 2);
            var width = isOld || (place & OneByteEach) != 0 ? 1 : 2;
            var at =
                (
                    isOld ? place
                    : width == 1 ? (place & (OneByteEach - 1)) / 2
                    : place
                )
                + (start - first) * width;
            var bytes = Part(document, at, width * (end - start));
            for (; bytes.Length >= width && !text.IsFull; bytes = bytes[width..], at += width)
                switch (formats.At(at))
                {
                    case { IsHidden: true }:
                        break;
                    case { Symbol: { } symbol }:
                        text.Append(Symbols.Read(font: null, symbol));
                        break;
                    default:
                        prose.Add(width == 1 ? Windows1252.Decode(bytes[0]) : (char)Short(bytes, 0));
                        break;
                }
        }
    }

    /// <summary>The part as far as it exists; a damaged file may state any offset and length.</summary>
    internal static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, long at, long most) =>
        at < 0 || at >= bytes.Length || most <= 0 ? [] : bytes.Slice((int)at, (int)Math.Min(most, bytes.Length - at));

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
