using System.Globalization;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>A file that was not converted, and why, for people.</summary>
internal sealed class CannotConvertException(string message) : Exception(message);

/// <summary>
/// Makes a PDF of a document with LibreOffice, where it is installed: one process for each file, with a profile that is thrown away, bounds on time,
/// memory and what it writes, without macros, links or a network.
/// </summary>
internal sealed class LibreOffice(IOptions<ConversionOptions> options, Isolation isolation)
{
    private const int BytesOfBlock = 512;

    /// <summary>Nobody listens there; where there is no namespace without a network, whatever asks for an address ends here.</summary>
    private const string Nowhere = "http://127.0.0.1:9";

    /// <summary>Whether it is on and installed.</summary>
    public bool IsOn =>
        options.Value is { Enabled: true, Program: { Length: > 0 } program }
        && (Path.IsPathRooted(program) ? File.Exists(program) : LimitedProgram.IsInstalled(program));

    /// <summary>Converts a file.</summary>
    /// <param name="file">The document, in a folder of its own that everything else is written into.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The path of the PDF.</returns>
    /// <exception cref="CannotConvertException">There is none.</exception>
    public async Task<string> ConvertAsync(string file, CancellationToken cancellation)
    {
        var folder = Path.GetDirectoryName(file)!;
        var (profile, target) = (Path.Combine(folder, "profile"), Path.Combine(folder, "converted"));
        await LibreOfficeProfile.WriteAsync(profile, cancellation);
        Directory.CreateDirectory(target);
        var code = await RunAsync(
            [
                .. await isolation.PrefixAsync(),
                options.Value.Program,
                $"-env:UserInstallation={new Uri(profile).AbsoluteUri}",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                "--nolockcheck",
                "--convert-to",
                "pdf",
                "--outdir",
                target,
                file,
            ],
            folder,
            cancellation
        );
        var pdf = Path.Combine(target, Path.GetFileNameWithoutExtension(file) + ".pdf");
        return new FileInfo(pdf) is { Exists: true, Length: > 0 } && code == 0 ? pdf
            : code == 0 ? throw new CannotConvertException("LibreOffice has made no PDF of it.")
            : throw new CannotConvertException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"LibreOffice has ended without a PDF (code {code}): the file asks for too much memory or time, or is damaged."
                )
            );
    }

    private async Task<int> RunAsync(string[] command, string home, CancellationToken cancellation)
    {
        var given = options.Value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(given.Timeout);
        var process = LimitedProgram.Start(
            (int)Math.Ceiling(given.Timeout.TotalSeconds),
            given.MaxMemory / 1024,
            given.MaxBytes / BytesOfBlock,
            [
                new("HOME", home),
                new("TMPDIR", home),
                new("LC_ALL", "C.UTF-8"),
                new("SAL_USE_VCLPLUGIN", "svp"),
                new("http_proxy", Nowhere),
                new("https_proxy", Nowhere),
            ],
            command
        );
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token); // a full pipe would stop it
            await process.WaitForExitAsync(limit.Token);
            await output;
            return process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CannotConvertException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"LibreOffice was not done within {given.Timeout.TotalSeconds:0} seconds."
                )
            );
        }
        finally
        {
            LimitedProgram.End(process);
        }
    }
}
