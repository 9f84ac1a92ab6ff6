using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>A picture of the first page of a PDF, by <c>pdftoppm</c> (poppler-utils) where it is installed.</summary>
internal sealed class DrawThumbnail(IOptions<ConversionOptions> options, Isolation isolation)
{
    private const string Program = "pdftoppm";
    private const int Seconds = 30;
    private const long Kilobytes = 1024 * 1024;

    /// <summary>The most that a picture may have: 10 MB.</summary>
    public const int MostBytes = 10 * 1024 * 1024;

    /// <summary>Dots along the longer side, whatever size the page claims: sharp on the lead's page, too small to read.</summary>
    private const string Longest = "480";

    /// <summary>Whether it is on and the program is installed.</summary>
    public bool IsOn => options.Value is { Enabled: true, Thumbnails: true } && LimitedProgram.IsInstalled(Program);

    /// <summary>Draws it.</summary>
    /// <param name="pdf">The file, in a folder of its own that the picture is written into.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The path of the PNG; null when there is none: a damaged or endless PDF has no picture, and is no failure of ours.</returns>
    public async Task<string?> RunAsync(string pdf, CancellationToken cancellation)
    {
        var target = Path.Combine(Path.GetDirectoryName(pdf)!, "page");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.Timeout);
        var process = LimitedProgram.Start(
            Seconds,
            Kilobytes,
            MostBytes / 512,
            [new("LC_ALL", "C.UTF-8")],
            [
                .. await isolation.PrefixAsync(),
                Program,
                "-png",
                "-f",
                "1",
                "-l",
                "1",
                "-singlefile",
                "-scale-to",
                Longest,
                pdf,
                target,
            ]
        );
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            await output;
            return process.ExitCode == 0 && new FileInfo($"{target}.png") is { Exists: true, Length: > 0 } picture
                ? picture.FullName
                : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            LimitedProgram.End(process);
        }
    }
}
