using System.Text;
using UtfUnknown;

namespace Anteroom.Resumes;

/// <summary>An encoding that a person may choose.</summary>
/// <param name="Name">For programs: <c>windows-1251</c>.</param>
/// <param name="Label">For people.</param>
public sealed record TextEncoding(string Name, string Label);

/// <summary>
/// In which encoding a text is. A mark and the strict forms of Unicode are proofs; everything else is a guess of UTF.Unknown, from how
/// often which letters follow each other, and a person can choose another.
/// </summary>
public static class TextEncodings
{
    private const float LeastSure = 0.4f;

    /// <summary>What can be chosen; each is one that resumes come in.</summary>
    public static IReadOnlyList<TextEncoding> All { get; } =
    [
        new("utf-8", "UTF-8"),
        new("utf-16", "UTF-16"),
        new("utf-16BE", "UTF-16, big-endian"),
        new("windows-1252", "Windows-1252, Western"),
        new("windows-1250", "Windows-1250, Central European"),
        new("windows-1251", "Windows-1251, Cyrillic"),
        new("koi8-r", "KOI8-R, Cyrillic"),
        new("cp866", "DOS 866, Cyrillic"),
        new("windows-1253", "Windows-1253, Greek"),
        new("windows-1254", "Windows-1254, Turkish"),
        new("windows-1255", "Windows-1255, Hebrew"),
        new("windows-1256", "Windows-1256, Arabic"),
        new("windows-1257", "Windows-1257, Baltic"),
        new("windows-1258", "Windows-1258, Vietnamese"),
        new("windows-874", "Windows-874, Thai"),
        new("iso-8859-2", "ISO 8859-2, Central European"),
        new("shift_jis", "Shift JIS, Japanese"),
        new("euc-jp", "EUC-JP, Japanese"),
        new("iso-2022-jp", "ISO 2022-JP, Japanese"),
        new("gb18030", "GB 18030, Simplified Chinese"),
        new("big5", "Big5, Traditional Chinese"),
        new("euc-kr", "EUC-KR, Korean"),
        new("macintosh", "Mac Roman, Western"),
        new("ibm850", "DOS 850, Western"),
    ];

    /// <summary>The name for people; the name itself where there is none.</summary>
    public static string LabelOf(string name) =>
        All.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Label ?? name;

    /// <summary>An encoding by its name for programs; null when there is none.</summary>
    internal static Encoding? Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A code page of Windows or DOS by its number; that of the West when there is none.</summary>
    internal static Encoding CodePage(int number) => CodePagesEncodingProvider.Instance.GetEncoding(number) ?? Western;

    /// <summary>Windows-1252.</summary>
    internal static Encoding Western { get; } = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>The most likely encoding of a text.</summary>
    internal static Encoding Guess(byte[] text)
    {
        if (Utf16(text.AsSpan(0, Math.Min(text.Length, 4096))) is { } utf16)
            return utf16;
        // A letter cut in two at the end of what was read is no fault.
        var whole = text.AsSpan();
        for (var cut = 0; cut < 4 && cut < whole.Length; cut++)
            if (System.Text.Unicode.Utf8.IsValid(whole[..^cut]) && !whole.Contains((byte)0x1B))
                return Encoding.UTF8;
            else if (text.Length < ResumeText.MostBytes)
                break;
        var guess = CharsetDetector.DetectFromBytes(text).Detected;
        if (guess?.Encoding is not { } found || guess.Confidence < LeastSure)
            return ShiftJis(text) ?? (HasOldMacLines(text) ? Find("macintosh")! : CentralOrWestern(text));
        return found.CodePage is 28591 or 28605 or 1250 or 1252 or 20127 ? CentralOrWestern(text)
            // Windows has what ISO has, and quotation marks.
            : found.CodePage == 28597 ? CodePage(1253)
            : found.CodePage == 28599 ? CodePage(1254)
            : found.CodePage == 28598 ? CodePage(1255)
            : Find(found.WebName) ?? Western;
    }

    /// <summary>The length of the byte order mark.</summary>
    internal static int MarkBytes(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0xEF, 0xBB, 0xBF, ..] => 3,
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => 2,
            _ => 0,
        };

    /// <summary>The length of the mark that belongs to this encoding.</summary>
    internal static int MarkBytes(ReadOnlySpan<byte> head, Encoding encoding) =>
        head.StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0;

    /// <summary>
    /// UTF-16 of either order: with its mark, or without one where that is the only way to read it. What other encodings never have, a
    /// zero, every text in UTF-16 has, if only in its spaces.
    /// </summary>
    internal static Encoding? Utf16(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, ..])
            return Encoding.Unicode;
        if (head is [0xFE, 0xFF, ..])
            return Encoding.BigEndianUnicode;
        if (!head.Contains((byte)0))
            return null;
        var (little, big) = (Plausible(head, 0), Plausible(head, 1));
        return Math.Max(little, big) == 0 ? null
            : little >= big ? Encoding.Unicode
            : Encoding.BigEndianUnicode;
    }

    // The two differ in a few dozen letters. Signs inside words (as in "£ukasz") speak against one.
    private static Encoding CentralOrWestern(byte[] text)
    {
        var central = CodePage(1250);
        return Odd(central.GetString(text)) < Odd(Western.GetString(text)) ? central : Western;

        static int Odd(string read)
        {
            var odd = 0;
            for (var i = 0; i < read.Length; i++)
                if (
                    read[i] > 127
                    && read[i]
                        is not ('’' or '‘' or '­' or '–' or '—' or '“' or '”' or '„' or '…' or '€' or '•' or '\u00A0')
                    && !char.IsLetter(read[i])
                )
                    odd +=
                        (i > 0 && char.IsLetter(read[i - 1])) || (i + 1 < read.Length && char.IsLetter(read[i + 1]))
                            ? 1
                            : 0;
            return odd;
        }
    }

    // Short texts are too little for statistics; but few other texts are valid in Shift JIS, and have kana.
    private static Encoding? ShiftJis(byte[] text)
    {
        var strict = CodePagesEncodingProvider.Instance.GetEncoding(
            932,
            EncoderFallback.ExceptionFallback,
            DecoderFallback.ExceptionFallback
        )!;
        try
        {
            var read = strict.GetString(text);
            var japanese = read.Count(one => one is >= '\u3040' and <= '\u30FF' or >= '\u4E00' and <= '\u9FFF');
            return japanese > 0 && 2 * japanese >= read.Count(one => one > 127) ? CodePage(932) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static bool HasOldMacLines(ReadOnlySpan<byte> text) =>
        text.Contains((byte)'\r') && !text.Contains((byte)'\n');

    /// <summary>
    /// How many characters of ASCII the text has in this order; none where it has what no text has, or where most of it is in neither
    /// ASCII nor one other alphabet (whose characters have their upper byte in common).
    /// </summary>
    private static int Plausible(ReadOnlySpan<byte> head, int low)
    {
        Span<int> byUpper = stackalloc int[256];
        byUpper.Clear();
        var plain = 0;
        for (var at = 0; at + 1 < head.Length; at += 2)
        {
            var unit = head[at + low] | (head[at + 1 - low] << 8);
            if (unit is 0xFFFE or 0xFFFF or (< ' ' and not ('\t' or '\n' or '\v' or '\f' or '\r' or 0x1A)))
                return 0;
            plain += unit < 0x7F ? 1 : 0;
            byUpper[unit >> 8]++;
        }

        var most = 0;
        for (var upper = 1; upper < byUpper.Length; upper++)
            most = Math.Max(most, byUpper[upper]);
        return 5 * (byUpper[0] + most) >= 4 * (head.Length / 2) ? plain : 0;
    }
}
