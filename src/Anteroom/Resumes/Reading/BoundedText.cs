using System.Diagnostics;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>Text with a limit on length and on time, in lines without what cannot be seen.</summary>
internal sealed class BoundedText(int longest, TimeSpan mostTime)
{
    private readonly StringBuilder _text = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TimeSpan _used = Environment.CpuUsage.TotalTime;
    private int _asked;
    private bool _isLate;
    private char? _half;

    /// <summary>Nothing more is taken.</summary>
    public bool IsFull => _text.Length >= longest || IsLate(every: 256);

    /// <summary>The time is over; asks the clock each time.</summary>
    public bool IsOver => _text.Length >= longest || IsLate(every: 1);

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
        Cut(' ');
        if (_text.Length > 0 && !(_text.Length > 1 && _text[^1] == '\n' && _text[^2] == '\n'))
            _text.Append('\n');
    }

    /// <summary>Starts a new line unless one has just begun.</summary>
    public void Apart()
    {
        if (_text.Length > 0 && _text[^1] != '\n')
            _text.Append('\n');
    }

    /// <summary>The cell of a table has ended: the next one stands beside it.</summary>
    public void Cell()
    {
        Cut('\n');
        _text.Append('\t');
    }

    /// <summary>The row of a table has ended.</summary>
    public void Row()
    {
        Cut('\t');
        Apart();
    }

    /// <summary>The text without white space around it.</summary>
    public override string ToString() => _text.ToString().Trim();

    private void Cut(char last)
    {
        while (_text.Length > 0 && _text[^1] == last)
            _text.Length--;
    }

    // A machine that has no time for the process makes no text late: the limit is there for files that take the time themselves.
    private bool IsLate(int every) =>
        _isLate |=
            ++_asked % every == 0
            && Stopwatch.GetElapsedTime(_start) > mostTime
            && Environment.CpuUsage.TotalTime - _used > mostTime;
}

/// <summary>Windows-1252, in which Word 97 keeps what has no other characters.</summary>
internal static class Windows1252
{
    private const string High = "€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ";

    /// <summary>The character of a byte.</summary>
    public static char Decode(byte code) => code is >= 0x80 and < 0xA0 ? High[code - 0x80] : (char)code;
}
