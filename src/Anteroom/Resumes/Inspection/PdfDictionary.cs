using System.Buffers;
using System.Globalization;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>Entries of a dictionary as it stands in a PDF (ISO 32000-1, section 7.3), found by their names.</summary>
internal sealed class PdfDictionary(byte[] bytes)
{
    private static readonly SearchValues<byte> EndsName = SearchValues.Create("\0\t\n\f\r /<>[]()"u8);

    /// <summary>Section 7.2.2.</summary>
    public static ReadOnlySpan<byte> WhiteSpace => [0, (byte)'\t', (byte)'\n', (byte)'\f', (byte)'\r', (byte)' '];

    /// <summary>A name without its slash.</summary>
    public string? Name(string key)
    {
        var value = After(bytes, key);
        if (value is not [(byte)'/', ..])
            return null;
        value = value[1..];
        var end = value.IndexOfAny(EndsName);
        return Encoding.Latin1.GetString(end < 0 ? value : value[..end]);
    }

    /// <summary>A whole number. Bits above 31 set are written as a negative number or as a large one.</summary>
    public long? Number(string key)
    {
        var value = After(bytes, key);
        var end = 0;
        while (
            end < value.Length
            && end < 12
            && (char.IsAsciiDigit((char)value[end]) || value[end] is (byte)'-' or (byte)'+')
        )
            end++;
        return long.TryParse(
            Encoding.ASCII.GetString(value[..end]),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : null;
    }

    /// <summary>Whether it is there and false.</summary>
    public bool IsFalse(string key) => After(bytes, key).StartsWith("false"u8);

    /// <summary>The bytes of a string, in brackets or as hexadecimal digits.</summary>
    public byte[]? Text(string key) => TextAt(After(bytes, key));

    /// <summary>The first string of an array that follows a name; empty when there is none.</summary>
    public static byte[] FirstOfArray(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name)
    {
        for (int at; (at = bytes.IndexOf(name)) >= 0; bytes = bytes[(at + name.Length)..])
        {
            var value = bytes[(at + name.Length)..].TrimStart(WhiteSpace);
            if (value is [(byte)'[', ..] && TextAt(value[1..].TrimStart(WhiteSpace)) is { } text)
                return text;
        }

        return [];
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> bytes, string key)
    {
        var name = Encoding.ASCII.GetBytes("/" + key);
        for (int at; (at = bytes.IndexOf(name)) >= 0; )
        {
            bytes = bytes[(at + name.Length)..];
            // "/U" is no beginning of "/UE".
            if (bytes.IsEmpty || !char.IsAsciiLetterOrDigit((char)bytes[0]))
                return bytes.TrimStart(WhiteSpace);
        }

        return [];
    }

    private static byte[]? TextAt(ReadOnlySpan<byte> value) =>
        value switch
        {
            [(byte)'(', ..] => Literal(value[1..]),
            [(byte)'<', not (byte)'<', ..] => Hexadecimal(value[1..]),
            _ => null,
        };

    private static byte[] Hexadecimal(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)'>');
        var digits = Encoding.Latin1.GetString(end < 0 ? value : value[..end]).Where(char.IsAsciiHexDigit).ToArray();
        return Convert.FromHexString(digits.Length % 2 == 0 ? digits : [.. digits, '0']);
    }

    // Section 7.3.4.2.
    private static byte[] Literal(ReadOnlySpan<byte> value)
    {
        var text = new List<byte>();
        var depth = 0;
        for (var i = 0; i < value.Length; i++)
            switch (value[i])
            {
                case (byte)')' when depth-- == 0:
                    return [.. text];
                case (byte)'\\' when i + 1 < value.Length:
                    i = Escape(value, i + 1, text);
                    break;
                case (byte)'\r':
                    text.Add((byte)'\n');
                    if (i + 1 < value.Length && value[i + 1] == '\n')
                        i++;
                    break;
                case var one:
                    depth += one == '(' ? 1 : 0;
                    text.Add(one);
                    break;
            }

        return [.. text];
    }

    /// <returns>The place of the last byte that belongs to it.</returns>
    private static int Escape(ReadOnlySpan<byte> value, int at, List<byte> text)
    {
        var one = value[at];
        if (one is >= (byte)'0' and <= (byte)'7')
        {
            var code = 0;
            var end = at;
            while (end < value.Length && end < at + 3 && value[end] is >= (byte)'0' and <= (byte)'7')
                code = 8 * code + (value[end++] - '0');
            text.Add((byte)code);
            return end - 1;
        }

        if (one is (byte)'\r' or (byte)'\n')
            return one == '\r' && at + 1 < value.Length && value[at + 1] == '\n' ? at + 1 : at;
        text.Add(
            one switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                _ => one,
            }
        );
        return at;
    }
}
