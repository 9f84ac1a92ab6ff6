using System.Globalization;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>
/// The text of scanned PDFs: <c>pdftoppm</c> (poppler-utils) draws the first pages, <c>tesseract</c> (tesseract-ocr) recognizes the letters.
/// Nothing happens where one of them is missing.
/// </summary>
internal sealed class RecognizeText(IOptions<ReadingOptions> options, Isolation isolation)
{
    private const int SecondsOfPage = 60;
    private const long KilobytesOfProgram = 2 * 1024 * 1024;
    private const long BlocksOfPicture = 100 * 1024 * 2;

    /// <summary>Whether it is on and both programs are installed.</summary>
    public bool IsOn =>
        options.Value.Recognize && LimitedProgram.IsInstalled("pdftoppm") && LimitedProgram.IsInstalled("tesseract");

    /// <summary>The text; null when none is recognized.</summary>
    public async Task<string?> RunAsync(Stream pdf, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("anteroom-pages-");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.RecognitionTimeout);
        try
        {
            var file = Path.Combine(folder.FullName, "resume.pdf");
            await using (var copy = File.Create(file))
                await pdf.CopyToAsync(copy, limit.Token);
            // 3,500 dots along the longer side, whatever size the page claims.
            await RunAsync(
                ["pdftoppm", "-gray", "-l", Pages, "-scale-to", "3500", file, Path.Combine(folder.FullName, "page")],
                limit.Token
            );
            var text = new BoundedText(ResumeText.Longest, options.Value.RecognitionTimeout);
            foreach (var page in folder.EnumerateFiles("page*.pgm").OrderBy(page => page.Name, StringComparer.Ordinal))
            {
                text.Append(
                    await RunAsync(["tesseract", page.FullName, "-", "-l", options.Value.Languages], limit.Token)
                );
                text.Line();
            }

            return text.ToString() is { Length: > 0 } found ? found : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null; // too much; the file itself is there to look at
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private string Pages => options.Value.MaxPages.ToString(CultureInfo.InvariantCulture);

    private async Task<string> RunAsync(string[] command, CancellationToken cancellation)
    {
        var process = LimitedProgram.Start(
            SecondsOfPage,
            KilobytesOfProgram,
            BlocksOfPicture,
            [new("OMP_THREAD_LIMIT", "1"), new("LC_ALL", "C.UTF-8")],
            [.. await isolation.PrefixAsync(), .. command]
        );
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return await output;
        }
        finally
        {
            LimitedProgram.End(process);
        }
    }
}
