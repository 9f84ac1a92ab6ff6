using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;
using UglyToad.PdfPig.Writer;

namespace Anteroom.Leads;

/// <summary>A letter as it stands on paper.</summary>
/// <param name="Firm">The head of the sheet.</param>
/// <param name="From">Who writes, with their address, a line each.</param>
/// <param name="To">The prospect, with their address, a line each.</param>
/// <param name="Date">In the words of the letter's language.</param>
/// <param name="Letter">What it says.</param>
/// <param name="IsUsPaper">US Letter instead of A4.</param>
internal sealed record PaperLetter(
    string Firm,
    IReadOnlyList<string> From,
    IReadOnlyList<string> To,
    string Date,
    Letter Letter,
    bool IsUsPaper
);

/// <summary>
/// Sets a letter as a PDF: one face, one column, as many pages as it takes. The face is DejaVu Serif, embedded as far as it is used: it has
/// the Latin, Greek and Cyrillic letters.
/// </summary>
internal static class LetterPdf
{
    private const double Size = 10.5;
    private const double LineHeight = 15;
    private const double Margin = 72;

    private static readonly byte[] Face = Read();
    private static readonly TrueTypeFont Font = TrueTypeFontParser.Parse(new TrueTypeDataBytes(Face));

    /// <summary>The characters of a letter that cannot be printed, each once; empty when all can.</summary>
    public static string Unprintable(PaperLetter letter) =>
        string.Concat(
            Blocks(letter)
                .SelectMany(block => block.Text.EnumerateRunes())
                .Where(rune => rune.Value != '\n' && !IsPrintable(rune))
                .Distinct()
        );

    /// <summary>The PDF. Every character has to be printable.</summary>
    public static byte[] Write(PaperLetter letter)
    {
        var (width, height) = letter.IsUsPaper ? (612.0, 792.0) : (595.0, 842.0);
        using var pdf = new PdfDocumentBuilder();
        pdf.DocumentInformation.Title = letter.Letter.Subject;
        pdf.DocumentInformation.Author = letter.Firm;
        pdf.DocumentInformation.Producer = "Anteroom";
        var font = pdf.AddTrueTypeFont(Face);
        var page = pdf.AddPage(width, height);
        var y = height - Margin;
        foreach (var (text, size, after) in Blocks(letter))
        {
            foreach (var line in text.Split('\n').SelectMany(line => Wrapped(line, size, width - (2 * Margin))))
            {
                if (y < Margin)
                {
                    page = pdf.AddPage(width, height);
                    y = height - Margin;
                }

                if (line.Length > 0)
                    page.AddText(line, size, new PdfPoint(Margin, y), font);
                y -= LineHeight * (size / Size);
            }

            y -= after;
        }

        return pdf.Build();

        IEnumerable<string> Wrapped(string text, double size, double room)
        {
            var line = new StringBuilder();
            foreach (var word in text.Split(' '))
            {
                if (line.Length > 0 && Width($"{line} {word}", size) > room)
                {
                    yield return line.ToString();
                    line.Clear();
                }

                line.Append(line.Length > 0 ? " " : "").Append(word);
                // An address of a page can be longer than a line.
                while (Width(line.ToString(), size) > room)
                {
                    var fits = line.Length - 1;
                    while (fits > 1 && Width(line.ToString(0, fits), size) > room)
                        fits--;
                    yield return line.ToString(0, fits);
                    line.Remove(0, fits);
                }
            }

            yield return line.ToString();
        }

        double Width(string text, double size) =>
            text.Length == 0 ? 0
            : page.MeasureText(text, size, new PdfPoint(0, 0), font) is [.., var last] ? last.EndBaseLine.X
            : 0;
    }

    private static IEnumerable<(string Text, double Size, double After)> Blocks(PaperLetter letter)
    {
        yield return (Clean(letter.Firm), 15, 6);
        yield return (Clean(string.Join('\n', letter.From)), 9, 30);
        yield return (Clean(string.Join('\n', letter.To)), Size, 24);
        yield return (Clean(letter.Date), Size, 18);
        yield return (Clean(letter.Letter.Subject), 12, 12);
        yield return (Clean(letter.Letter.Text), Size, 0);
    }

    /// <summary>Composed letters instead of letters and marks, and no tabs or marks of direction.</summary>
    private static string Clean(string text) =>
        string.Concat(
            text.Normalize(NormalizationForm.FormC)
                .ReplaceLineEndings("\n")
                .Replace("\t", "    ", StringComparison.Ordinal)
                .Where(letter =>
                    letter == '\n'
                    || char.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format)
                )
        );

    private static bool IsPrintable(Rune rune) =>
        rune.IsBmp && Font.TableRegister.CMapTable?.TryGetGlyphIndex(rune.Value, out var glyph) == true && glyph > 0;

    private static byte[] Read()
    {
        using var stream = typeof(LetterPdf).Assembly.GetManifestResourceStream("DejaVuSerif.ttf")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
