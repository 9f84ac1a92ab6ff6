using System.Globalization;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// The text of Rich Text Format 1.9: control words, groups and characters, read once from beginning to end without recursion. Headers come
/// first, notes after their paragraph, footers last. What is not prose (fonts, styles, pictures), hidden or deleted is skipped.
/// </summary>
internal static class RtfText
{
    /// <summary>Adds the text to <paramref name="text"/>.</summary>
    public static void Read(ReadOnlySpan<byte> rtf, BoundedText text)
    {
        var (header, body, footer) = (Part(5_000), Part(ResumeText.Longest), Part(5_000));
        new RtfReader(header, body, footer).Read(rtf);
        foreach (var part in (BoundedText[])[header, body, footer])
        {
            text.Append(part.ToString());
            text.Apart();
        }
    }

    private static BoundedText Part(int longest) => new(longest, TimeSpan.FromSeconds(5));
}

/// <summary>The state of reading one file.</summary>
internal sealed class RtfReader(BoundedText header, BoundedText body, BoundedText footer)
{
    /// <summary>Deeper groups are damage or an attack.</summary>
    private const int Deepest = 500;

    private readonly record struct Group(
        bool IsSkipped,
        int UnicodeSkip,
        bool IsHidden,
        int Font,
        BoundedText Out,
        bool IsNote
    );

    private readonly RtfFonts _fonts = new();
    private readonly Stack<Group> _groups = new();
    private readonly List<byte> _bytes = []; // not decoded yet: a character may take two
    private readonly StringBuilder _notes = new();
    private Group _now = new(false, 1, false, -1, body, false);
    private int _fallback; // bytes that stand in for a character given by number

    public void Read(ReadOnlySpan<byte> rtf)
    {
        for (var at = 0; at < rtf.Length && !body.IsFull; at++)
            switch (rtf[at])
            {
                case (byte)'{':
                    Flush();
                    if (_groups.Count == Deepest)
                        return;
                    _groups.Push(_now);
                    _fallback = 0;
                    break;
                case (byte)'}':
                    Flush();
                    EndGroup();
                    if (_groups.Count == 0)
                        return;
                    break;
                case (byte)'\\':
                    at = Control(rtf, at + 1);
                    break;
                case (byte)'\r' or (byte)'\n' or 0:
                    break;
                case var one:
                    Byte(one);
                    break;
            }

        Flush();
        EndNotes();
    }

    private void EndGroup()
    {
        if (!_groups.TryPop(out var outer))
            return;
        if (_now.IsNote && !outer.IsNote)
            _notes.Append('\n');
        _fonts.EndGroup(_groups.Count);
        _now = outer;
        _fallback = 0;
    }

    private int Control(ReadOnlySpan<byte> all, int start)
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
        Flush();
        if (_fallback > 0 && word != "u")
            _fallback--; // a control word counts as one
        else
            Word(word, value);
        return end < all.Length && all[end] == ' ' ? end : end - 1;
    }

    private int Symbol(ReadOnlySpan<byte> all, int at)
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
                    Byte(code);
                return at + 2;
            case '*':
                _now = _now with { IsSkipped = true };
                return at;
            case '~':
                Text(" ");
                return at;
            case '_':
                Text("-");
                return at;
            case '\r' or '\n':
                Line();
                return at;
            case '\\' or '{' or '}':
                Byte(all[at]);
                return at;
            default:
                return at;
        }
    }

    private void Word(string word, int? value)
    {
        switch (word)
        {
            case "par" or "line" or "sect" or "page" or "column" or "softline":
                Line();
                break;
            case "cell" or "nestcell" when !_now.IsSkipped:
                _now.Out.Cell();
                break;
            // Stands in a destination that is skipped by itself.
            case "row" when !_now.IsSkipped:
            case "nestrow":
                _now.Out.Row();
                break;
            case "u" when value is { } unicode:
                _fallback = 0;
                Unit((char)(ushort)unicode);
                _fallback = _now.UnicodeSkip;
                break;
            case "uc":
                _now = _now with { UnicodeSkip = Math.Clamp(value ?? 1, 0, 10) };
                break;
            case "v" or "deleted" or "mvf" or "webhidden":
                _now = _now with { IsHidden = value != 0 };
                break;
            case "plain":
                _now = _now with { IsHidden = false, Font = _fonts.Default };
                break;
            case "header" or "headerl" or "headerr" or "headerf":
                _now = _now with { Out = header };
                break;
            case "footer" or "footerl" or "footerr" or "footerf":
                _now = _now with { Out = footer };
                break;
            case "footnote":
                _now = _now with { IsNote = true, IsSkipped = false };
                break;
            // The text of a shape, and of the better of two writings, inside a destination that is skipped else.
            case "shptxt" or "dptxbxtext":
                _now = _now with { IsSkipped = false };
                _now.Out.Apart();
                break;
            case "ud" or "result":
                _now = _now with { IsSkipped = false };
                break;
            default:
                if (RtfWords.Signs.TryGetValue(word, out var sign))
                    Text(sign);
                else if (RtfWords.NotProse.Contains(word))
                    Skip(word);
                else if (_fonts.Take(word, value) is { } font)
                    _now = _now with { Font = font };
                break;
        }
    }

    private void Skip(string word)
    {
        _now = _now with { IsSkipped = true };
        if (word == "fonttbl")
            _fonts.BeginTable(_groups.Count);
    }

    private bool IsShown => !_now.IsSkipped && !_now.IsHidden;

    private void Byte(byte one)
    {
        if (_fallback > 0)
            _fallback--;
        else if (_now.IsSkipped)
            _fonts.Name(one);
        else if (IsShown)
            _bytes.Add(one);
    }

    private void Flush()
    {
        if (_bytes.Count == 0)
            return;
        var decoded = _fonts.Decode(_now.Font, [.. _bytes]);
        _bytes.Clear();
        Text(decoded);
    }

    private void Unit(char unit)
    {
        if (!IsShown)
            return;
        if (unit is >= '\uF000' and <= '\uF0FF')
            Text(Symbols.Read(_fonts.NameOf(_now.Font), unit));
        else if (_now.IsNote)
            _notes.Append(unit);
        else
            _now.Out.Append(unit);
    }

    private void Text(string words)
    {
        Flush();
        if (!IsShown)
            return;
        if (_now.IsNote && _notes.Length < 10_000)
            _notes.Append(words);
        else if (!_now.IsNote)
            _now.Out.Append(words);
    }

    private void Line()
    {
        Flush();
        if (_now.IsSkipped)
            return;
        if (_now.IsNote)
        {
            _notes.Append('\n');
            return;
        }

        _now.Out.Line();
        EndNotes();
    }

    private void EndNotes()
    {
        if (_notes.Length == 0)
            return;
        body.Apart();
        body.Append(_notes.ToString().Trim());
        body.Line();
        _notes.Clear();
    }
}
