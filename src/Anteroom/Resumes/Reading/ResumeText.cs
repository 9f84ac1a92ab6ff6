using System.Diagnostics;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// The text of an uploaded file, for a look without opening it. Uploads are hostile: every part is bounded, nothing that they
/// refer to is fetched, and what comes out is plain text.
/// </summary>
public static class ResumeText
{
    /// <summary>The longest text, in UTF-16 units; ten times a long resume.</summary>
    public const int Longest = 100_000;

    /// <summary>The most that is read of a file, in bytes; pictures usually come after the text.</summary>
    internal const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Reading stops after this time.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(3);

    /// <summary>The text; null when none can be read. PDFs are displayed as they are, not read.</summary>
    /// <param name="content">The file; read from its beginning.</param>
    /// <param name="type">What the inspection found it to be.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static async Task<string?> ReadAsync(Stream content, ResumeType type, CancellationToken cancellation)
    {
        using var copy = await CopyAsync(content, cancellation);
        var text = new BoundedText(Longest, MostTime);
        try
        {
            switch (type)
            {
                case ResumeType.Docx or ResumeType.Odt:
                    ZipText.Read(copy, type, text);
                    break;
                case ResumeType.Doc:
                    WordText.Read(copy, text);
                    break;
                case ResumeType.Rtf:
                    RtfText.Read(copy.GetBuffer().AsSpan(0, (int)copy.Length), text);
                    break;
                case ResumeType.Txt:
                    text.Append(Decode(copy.GetBuffer().AsSpan(0, (int)copy.Length)));
                    break;
                default:
                    return null;
            }
        }
        catch (Exception error) when (error is InvalidDataException or System.Xml.XmlException or NotSupportedException)
        {
            // Damaged, perhaps on purpose: what was read so far is shown.
        }

        return text.ToString() is { Length: > 0 } found ? found : null;
    }

    private static async Task<MemoryStream> CopyAsync(Stream content, CancellationToken cancellation)
    {
        var copy = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while (copy.Length < MostBytes && (read = await content.ReadAsync(chunk, cancellation)) > 0)
            copy.Write(chunk, 0, (int)Math.Min(read, MostBytes - copy.Length));
        copy.Position = 0;
        return copy;
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0xFF, 0xFE, ..])
            return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes is [0xFE, 0xFF, ..])
            return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            bytes = bytes[3..];
        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : string.Concat(bytes.ToArray().Select(Windows1252.Decode));
    }
}

/// <summary>Text with a limit on length and on time.</summary>
internal sealed class BoundedText(int longest, TimeSpan mostTime)
{
    private readonly StringBuilder _text = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _asked;
    private bool _isLate;
    private char? _half;

    /// <summary>Nothing more is taken.</summary>
    public bool IsFull =>
        _text.Length >= longest || (_isLate |= ++_asked % 256 == 0 && Stopwatch.GetElapsedTime(_start) > mostTime);

    /// <summary>Adds what can be seen of a text, as far as there is room.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (_text.Length >= longest)
                return;
            if (rune.Value is '\n' or '\t')
                _text.Append((char)rune.Value);
            else if (rune.Value is '\r' or '\f' || Rune.IsControl(rune) || Texts.IsDirection(rune))
                continue;
            else
                _text.Append(rune.ToString());
        }
    }

    /// <summary>Adds a UTF-16 unit; the halves of a pair come one after the other.</summary>
    public void Append(char unit)
    {
        if (char.IsHighSurrogate(unit))
        {
            _half = unit;
            return;
        }

        if (char.IsLowSurrogate(unit) && _half is { } half)
            Append([half, unit]);
        else
            Append([unit]);
        _half = null;
    }

    /// <summary>Starts a new line, with at most one empty line in between.</summary>
    public void Line()
    {
        if (_text.Length > 0 && !(_text.Length > 1 && _text[^1] == '\n' && _text[^2] == '\n'))
            _text.Append('\n');
    }

    /// <summary>The text without white space around it.</summary>
    public override string ToString() => _text.ToString().Trim();
}

/// <summary>Windows-1252, which plain text and RTF may use.</summary>
internal static class Windows1252
{
    private const string High = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ";

    /// <summary>The character of a byte.</summary>
    public static char Decode(byte code) => code is >= 0x80 and < 0xA0 ? High[code - 0x80] : (char)code;
}
