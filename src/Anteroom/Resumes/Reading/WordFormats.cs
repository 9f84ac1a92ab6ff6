using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>What the format of characters says about whether they are read.</summary>
/// <param name="IsHidden">Hidden, or deleted but still tracked.</param>
/// <param name="Symbol">The character stands for this one of a font of pictures.</param>
internal readonly record struct WordFormat(bool IsHidden, int? Symbol);

/// <summary>
/// The formats of the characters of a Word document ([MS-DOC], sections 2.8.5 and 2.9.33): pages of 512 bytes that list stretches of the
/// document stream and what was set for each. What a style hides is not looked up.
/// </summary>
internal sealed class WordFormats
{
    private const int PageBytes = 512;
    private const int MostPages = 20_000;
    private const int Deleted = 0x0800;
    private const int Vanished = 0x083C;
    private const int SymbolCharacter = 0x6A09;

    private readonly List<(uint Start, uint End, WordFormat Format)> _stretches = [];
    private int _last;

    /// <summary>No format matters.</summary>
    public static WordFormats None { get; } = new();

    /// <summary>Reads the stretches whose format matters.</summary>
    /// <param name="document">The document stream.</param>
    /// <param name="plan">Where the pages are: PlcBteChpx.</param>
    public static WordFormats Read(ReadOnlySpan<byte> document, ReadOnlySpan<byte> plan)
    {
        var formats = new WordFormats();
        var pages = Math.Min((plan.Length - 4) / 8, MostPages);
        for (var i = 0; i < pages; i++)
        {
            var number = BinaryPrimitives.ReadUInt32LittleEndian(plan[(4 * (pages + 1) + 4 * i)..]) & 0x3FFFFF;
            var page = WordText.Part(document, (long)number * PageBytes, PageBytes);
            if (page.Length == PageBytes)
                formats.Add(page);
        }

        formats._stretches.Sort((one, other) => one.Start.CompareTo(other.Start));
        return formats;
    }

    /// <summary>The format at a place of the document stream.</summary>
    public WordFormat At(long place)
    {
        // Text is read forwards, mostly: look from where the last answer was.
        if (_last >= _stretches.Count || _stretches[_last].Start > place)
            _last = 0;
        while (_last < _stretches.Count && _stretches[_last].End <= place)
            _last++;
        return _last < _stretches.Count && _stretches[_last].Start <= place ? _stretches[_last].Format : default;
    }

    private void Add(ReadOnlySpan<byte> page)
    {
        var count = page[PageBytes - 1];
        if (4 * (count + 1) + count >= PageBytes)
            return;
        for (var run = 0; run < count; run++)
        {
            var at = 2 * page[4 * (count + 1) + run];
            if (at == 0 || at + 1 + page[at] > PageBytes)
                continue;
            if (Format(page.Slice(at + 1, page[at])) is { } format)
                _stretches.Add(
                    (
                        BinaryPrimitives.ReadUInt32LittleEndian(page[(4 * run)..]),
                        BinaryPrimitives.ReadUInt32LittleEndian(page[(4 * run + 4)..]),
                        format
                    )
                );
        }
    }

    // Each setting has a code, in whose upper bits the length of its value is (Sprm, section 2.2.5).
    private static WordFormat? Format(ReadOnlySpan<byte> settings)
    {
        WordFormat? format = null;
        while (settings.Length >= 3)
        {
            int code = BinaryPrimitives.ReadUInt16LittleEndian(settings);
            var length = (code >> 13) switch
            {
                0 or 1 => 1,
                2 or 4 or 5 => 2,
                3 => 4,
                6 => 1 + settings[2],
                _ => 3,
            };
            if (2 + length > settings.Length)
                break;
            if (code is Deleted or Vanished && settings[2] == 1)
                return new(IsHidden: true, null);
            if (code == SymbolCharacter)
                format = new(IsHidden: false, BinaryPrimitives.ReadUInt16LittleEndian(settings[4..]));
            settings = settings[(2 + length)..];
        }

        return format;
    }
}
