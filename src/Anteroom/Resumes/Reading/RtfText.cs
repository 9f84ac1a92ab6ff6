using System.Globalization;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// The text of Rich Text Format 1.9: control words, groups and characters, read once from beginning to end without recursion. What is
/// not prose (fonts, styles, pictures, hidden destinations) is skipped.
/// </summary>
internal static class RtfText
{
    /// <summary>Deeper groups are damage or an attack.</summary>
    private const int Deepest = 500;

    private static readonly HashSet<string> NotProse = new(StringComparer.Ordinal)
    {
        "fonttbl",
        "colortbl",
        "stylesheet",
        "listtable",
        "listoverridetable",
        "rsidtbl",
        "generator",
        "info",
        "pict",
        "object",
        "themedata",
        "colorschememapping",
        "datastore",
        "latentstyles",
        "header",
        "headerl",
        "headerr",
        "headerf",
        "footer",
        "footerl",
        "footerr",
        "footerf",
        "fldinst",
        "xmlnstbl",
        "filetbl",
        "revtbl",
    };

    private readonly record struct Group(bool Skipped, int UnicodeSkip);

    /// <summary>Adds the text to <paramref name="text"/>.</summary>
    public static void Read(ReadOnlySpan<byte> rtf, BoundedText text)
    {
        var groups = new Stack<Group>();
        var now = new Group(Skipped: false, UnicodeSkip: 1);
        var skip = 0; // fallback characters for one given by number
        for (var at = 0; at < rtf.Length && !text.IsFull; at++)
            switch (rtf[at])
            {
                case (byte)'{':
                    if (groups.Count == Deepest)
                        return;
                    groups.Push(now);
                    break;
                case (byte)'}':
                    if (groups.Count == 0)
                        return;
                    now = groups.Pop();
                    skip = 0;
                    break;
                case (byte)'\\':
                    at = Control(rtf, at + 1);
                    break;
                case (byte)'\r' or (byte)'\n':
                    break;
                case var code:
                    Character(Windows1252.Decode(code));
                    break;
            }

        int Control(ReadOnlySpan<byte> all, int start)
        {
            if (start >= all.Length)
                return start;
            if (!char.IsAsciiLetter((char)all[start]))
                return Symbol(all, start);
            var end = start;
            while (end < all.Length && end - start < 32 && char.IsAsciiLetter((char)all[end]))
                end++;
            var word = Encoding.ASCII.GetString(all[start..end]);
            var number = end;
            while (
                end < all.Length
                && end - number < 11
                && (char.IsAsciiDigit((char)all[end]) || (end == number && all[end] == '-'))
            )
                end++;
            int? value = int.TryParse(
                Encoding.ASCII.GetString(all[number..end]),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var parsed
            )
                ? parsed
                : null;
            if (word == "bin" && value > 0)
                return (int)Math.Min((long)end + value.Value, all.Length);
            Word(word, value);
            return end < all.Length && all[end] == ' ' ? end : end - 1;
        }

        int Symbol(ReadOnlySpan<byte> all, int at)
        {
            switch ((char)all[at])
            {
                case '\'':
                    if (
                        at + 2 < all.Length
                        && byte.TryParse(
                            Encoding.ASCII.GetString(all.Slice(at + 1, 2)),
                            NumberStyles.AllowHexSpecifier,
                            CultureInfo.InvariantCulture,
                            out var code
                        )
                    )
                        Character(Windows1252.Decode(code));
                    return at + 2;
                case '*':
                    now = now with { Skipped = true };
                    return at;
                case '~':
                    Character(' ');
                    return at;
                case '_':
                    Character('-');
                    return at;
                case '\r' or '\n':
                    Line();
                    return at;
                case '\\' or '{' or '}':
                    Character((char)all[at]);
                    return at;
                default:
                    return at;
            }
        }

        void Word(string word, int? value)
        {
            switch (word)
            {
                case "par" or "line" or "sect" or "page" or "row":
                    Line();
                    break;
                case "tab" or "cell":
                    Character('\t');
                    break;
                case "u" when value is { } unicode:
                    skip = 0;
                    Character((char)(ushort)unicode);
                    skip = now.UnicodeSkip;
                    break;
                case "uc":
                    now = now with { UnicodeSkip = Math.Clamp(value ?? 1, 0, 10) };
                    break;
                case "emdash":
                    Character('—');
                    break;
                case "endash":
                    Character('–');
                    break;
                case "bullet":
                    Character('•');
                    break;
                case "lquote":
                    Character('‘');
                    break;
                case "rquote":
                    Character('’');
                    break;
                case "ldblquote":
                    Character('“');
                    break;
                case "rdblquote":
                    Character('”');
                    break;
                default:
                    if (NotProse.Contains(word))
                        now = now with { Skipped = true };
                    break;
            }
        }

        void Line()
        {
            if (!now.Skipped)
                text.Line();
        }

        void Character(char character)
        {
            if (skip > 0)
            {
                skip--;
                return;
            }

            if (!now.Skipped)
                text.Append(character);
        }
    }
}
