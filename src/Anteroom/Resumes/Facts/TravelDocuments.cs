using System.Globalization;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// The machine-readable zone of passports and cards (ICAO 9303): TD3 has two lines of 44 characters, TD2 two of 36, TD1 three of 30. Every
/// number has a check digit, and all together have one; only a zone in which all are right is found.
/// </summary>
internal static class TravelDocuments
{
    private sealed record Line(string Text, int At, int Length);

    /// <summary>The documents in a text, each with its number, country, name, birth and expiry.</summary>
    public static IEnumerable<ResumeFact> Find(string text)
    {
        var lines = Lines(text);
        for (var i = 0; i < lines.Count; i++)
            if (Read(lines, i) is var (value, count) && value is not null)
            {
                var last = lines[i + count - 1];
                yield return new(ResumeFactKind.Document, value, lines[i].At, last.At + last.Length - lines[i].At);
                i += count - 1;
            }
    }

    private static (string? Value, int Lines) Read(List<Line> lines, int at)
    {
        var (one, two, three) = (Text(lines, at), Text(lines, at + 1), Text(lines, at + 2));
        return (one.Length, two.Length, three.Length) switch
        {
            (44, 44, _)
                when IsRight(two, [(0, 9), (13, 6), (21, 6)])
                    && (two[42] == '<' || Check(two[28..42]) == two[42])
                    && Check(two[..10] + two[13..20] + two[21..43]) == two[43] => (
                Words(one[0], two[..9], one[2..5], one[5..], two[13..19], two[21..27]),
                2
            ),
            (36, 36, _)
                when IsRight(two, [(0, 9), (13, 6), (21, 6)])
                    && Check(two[..10] + two[13..20] + two[21..35]) == two[35] => (
                Words(one[0], two[..9], one[2..5], one[5..], two[13..19], two[21..27]),
                2
            ),
            (30, 30, 30)
                when IsRight(one, [(5, 9)])
                    && IsRight(two, [(0, 6), (8, 6)])
                    && Check(one[5..30] + two[..7] + two[8..15] + two[18..29]) == two[29] => (
                Words(one[0], one[5..14], one[2..5], three, two[..6], two[8..14]),
                3
            ),
            _ => default,
        };
    }

    private static string Text(List<Line> lines, int at) => at < lines.Count ? lines[at].Text : "";

    private static bool IsRight(string line, (int At, int Length)[] numbers) =>
        numbers.All(number => Check(line.Substring(number.At, number.Length)) == line[number.At + number.Length]);

    /// <summary>Weights 7, 3, 1; letters count from 10, the filler as nothing (part 3, section 4.9).</summary>
    internal static char Check(string text)
    {
        var sum = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i] switch
            {
                >= '0' and <= '9' => text[i] - '0',
                >= 'A' and <= 'Z' => text[i] - 'A' + 10,
                _ => 0,
            };
            sum +=
                value
                * (i % 3) switch
                {
                    0 => 7,
                    1 => 3,
                    _ => 1,
                };
        }

        return (char)('0' + sum % 10);
    }

    private static string Words(char kind, string number, string country, string names, string born, string expires)
    {
        var parts = names.Split("<<", 2);
        var name = $"{Plain(parts.ElementAtOrDefault(1) ?? "")} {Plain(parts[0])}".Trim();
        return $"{(kind == 'P' ? "Passport" : "Identity card")} {Plain(number)} of {Plain(country)}: {name}, born {Date(born)}, expires {Date(expires)}";
    }

    private static string Plain(string text) => text.Replace('<', ' ').Trim();

    // Two digits of a year say no century, so none is made up.
    private static string Date(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{text[..2]}-{text[2..4]}-{text[4..6]}");

    /// <summary>Lines of the letters of such a zone; recognition puts spaces in.</summary>
    private static List<Line> Lines(string text)
    {
        var lines = new List<Line>();
        for (var at = 0; at < text.Length; )
        {
            var end = text.IndexOf('\n', at);
            end = end < 0 ? text.Length : end;
            var plain = new StringBuilder();
            foreach (var one in text.AsSpan(at, Math.Min(end - at, 100)))
                if (one is not (' ' or '\t'))
                    plain.Append(one is '«' ? "<<" : one.ToString());
            var zone = plain.ToString();
            if (zone.Length > 0)
                lines.Add(
                    new(
                        zone.All(one => one is '<' or (>= '0' and <= '9') or (>= 'A' and <= 'Z')) ? zone : "",
                        at,
                        end - at
                    )
                );
            at = end + 1;
        }

        return lines;
    }
}
