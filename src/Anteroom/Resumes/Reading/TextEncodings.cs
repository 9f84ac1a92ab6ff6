using System.Text;

namespace Anteroom.Resumes;

/// <summary>In which encoding a text is.</summary>
internal static class TextEncodings
{
    /// <summary>The length of the byte order mark.</summary>
    public static int MarkBytes(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0xEF, 0xBB, 0xBF, ..] => 3,
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => 2,
            _ => 0,
        };

    /// <summary>
    /// UTF-16 of either order: with its mark, or without one where that is the only way to read it. What other encodings never have, a
    /// zero, every text in UTF-16 has, if only in its spaces.
    /// </summary>
    public static Encoding? Utf16(ReadOnlySpan<byte> head)
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
