using System.Text;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.DocumentLayoutAnalysis.PageSegmenter;
using UglyToad.PdfPig.DocumentLayoutAnalysis.ReadingOrderDetector;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.DocumentLayoutAnalysis.WordExtractor;

namespace Anteroom.Resumes;

/// <summary>
/// The text layer of a PDF by PdfPig: words from letters, blocks from words, and the blocks in the order in which people read them.
/// </summary>
internal static class PdfText
{
    private const int MostPages = 50;

    /// <summary>Laying out takes time with the square of what is on a page; above this the order of the file has to do.</summary>
    private const int MostLetters = 15_000;

    private static readonly ParsingOptions Options = new()
    {
        UseLenientParsing = true,
        SkipMissingFonts = true,
        MaxStackDepth = 100,
    };

    /// <summary>Adds the text to <paramref name="text"/>.</summary>
    public static void Read(byte[] file, BoundedText text)
    {
        try
        {
            using var pdf = UglyToad.PdfPig.PdfDocument.Open(file, Options);
            for (var number = 1; number <= Math.Min(pdf.NumberOfPages, MostPages) && !text.IsOver; number++)
                Read(pdf.GetPage(number), text);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The library throws what it meets in a damaged file; what was read so far counts.
        }
    }

    private static void Read(Page page, BoundedText text)
    {
        if (page.Letters.Count > MostLetters)
        {
            Add(ContentOrderTextExtractor.GetText(page), text);
            return;
        }

        var words = page.GetWords(NearestNeighbourWordExtractor.Instance);
        var blocks = UnsupervisedReadingOrderDetector.Instance.Get(
            DocstrumBoundingBoxes.Instance.GetBlocks([.. words])
        );
        foreach (var block in blocks)
        {
            Add(block.Text, text);
            text.Line();
        }
    }

    private static void Add(string block, BoundedText text)
    {
        var lines = block.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length && !text.IsFull; i++)
        {
            var line = WithoutLigatures(lines[i]);
            var next = i + 1 < lines.Length ? lines[i + 1] : "";
            if (IsHyphenated(line) && next.Length > 0 && char.IsLower(next[0]))
            {
                text.Append(line.AsSpan(0, line.Length - 1));
                continue;
            }

            text.Append(line);
            text.Line();
        }
    }

    private static bool IsHyphenated(string line) =>
        line.Length > 2 && line[^1] is '-' or '\u2010' or '\u00AD' && char.IsLower(line[^2]);

    // "ﬁ" and its like are for printing; nobody searches for them.
    private static string WithoutLigatures(string line)
    {
        if (!line.AsSpan().ContainsAnyInRange('\uFB00', '\uFB06'))
            return line;
        var plain = new StringBuilder(line.Length + 8);
        foreach (var one in line)
            if (one is >= '\uFB00' and <= '\uFB06')
                plain.Append(one.ToString().Normalize(NormalizationForm.FormKC));
            else
                plain.Append(one);
        return plain.ToString();
    }
}
