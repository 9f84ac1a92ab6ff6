using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Anteroom.Resumes;
using Anteroom.Tests.App;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Resumes;

/// <summary>
/// Files that other programs write, where they are installed: taken as what they are, and their text found. The tables in docs/resumes.md are
/// what these tests print.
/// </summary>
[Trait("Category", "Slow")]
public sealed class WriterFilesTests(ITestOutputHelper output)
{
    private const string Page = """
        <html><head><meta charset="utf-8"></head><body><h1>Ann Example</h1>
        <p>Attorney in Łódź; Иванов Иван; 王小明; Zoë “quoted” – 2019</p>
        <table><tr><td>Leftcell</td><td>Rightcell</td></tr></table><ul><li>Firstpoint</li><li>Secondpoint</li></ul></body></html>
        """;

    private static readonly string[] Words =
    [
        "Ann Example",
        "Łódź",
        "Иванов",
        "王小明",
        "“quoted” – 2019",
        "Leftcell",
        "Rightcell",
        "Firstpoint",
        "Secondpoint",
    ];

    /// <summary>As LibreOffice calls its filters, and what the file is then; null: refused.</summary>
    private static readonly (string Filter, ResumeType? Type)[] OfLibreOffice =
    [
        ("odt:writer8", ResumeType.Odt),
        ("docx:MS Word 2007 XML", ResumeType.Docx),
        ("docx:Office Open XML Text", ResumeType.Docx),
        ("doc:MS Word 97", ResumeType.Doc),
        ("rtf:Rich Text Format", ResumeType.Rtf),
        ("pdf:writer_pdf_Export", ResumeType.Pdf),
        ("txt:Text (encoded):UTF8", ResumeType.Txt),
        ("fodt:OpenDocument Text Flat XML", null),
        ("html:HTML (StarWriter)", null),
        ("ott:writer8_template", ResumeType.Odt),
        ("dotx:MS Word 2007 XML Template", ResumeType.Docx),
    ];

    private static readonly (string Format, ResumeType Type)[] OfPandoc =
    [
        ("docx", ResumeType.Docx),
        ("odt", ResumeType.Odt),
        ("rtf", ResumeType.Rtf),
        ("plain", ResumeType.Txt),
    ];

    [Fact]
    public async Task Files_of_LibreOffice_and_pandoc_are_taken_for_what_they_are_and_have_their_text()
    {
        await using var folder = new TemporaryFolder();
        var source = Path.Combine(folder.Path, "cv.html");
        await File.WriteAllTextAsync(source, Page);
        var files = new List<(string Writer, string Kind, ResumeType? Type, byte[] Content)>();
        if (LimitedProgram.IsInstalled("soffice"))
        {
            await SofficeAsync(folder.Path, "odt:writer8", source, "source");
            var odt = Path.Combine(folder.Path, "source", "cv.odt");
            foreach (var (filter, type) in OfLibreOffice)
            {
                var target = $"of-{files.Count}";
                // Of the ODT it writes a PDF without its heading.
                var from = type == ResumeType.Pdf ? Path.Combine(folder.Path, "of-1", "cv.docx") : odt;
                await SofficeAsync(folder.Path, filter, from, target);
                var made = Directory.GetFiles(Path.Combine(folder.Path, target)).SingleOrDefault();
                if (made is not null) // this version knows the filter
                    files.Add(("LibreOffice", filter, type, await File.ReadAllBytesAsync(made)));
            }
        }

        if (LimitedProgram.IsInstalled("pandoc"))
            foreach (var (format, type) in OfPandoc)
            {
                var target = Path.Combine(folder.Path, $"pandoc.{format}");
                await RunAsync("pandoc", ["-s", "-o", target, "-t", format, source]);
                files.Add(("pandoc", format, type, await File.ReadAllBytesAsync(target)));
            }

        Assert.SkipWhen(files.Count == 0, "Neither LibreOffice nor pandoc is installed.");
        var wrong = new List<string>();
        foreach (var (writer, kind, type, content) in files)
        {
            var found = ResumeInspector.Inspect(new MemoryStream(content));
            var isTaken = found.WhyNot(photos: false) is null;
            var text = isTaken ? ResumeText.Read(content, found.Type!.Value, null)?.Text ?? "" : "";
            var missing = isTaken
                ? Words
                    // What no font of the machine has is drawn as boxes, and read as none.
                    .Where(word => found.Type != ResumeType.Pdf || word[0] < 0x2E80)
                    .Where(word => !text.Contains(word, StringComparison.Ordinal))
                    .ToArray()
                : [];
            output.WriteLine(
                $"{writer, -12} {kind, -36} {content.Length, 7} bytes  {(isTaken ? $"taken as {found.Type}" : $"refused: {found.WhyNot(photos: false)}")} {(missing.Length == 0 ? "" : "MISSING " + string.Join(", ", missing))}"
            );
            if ((isTaken ? found.Type : null) != type || missing.Length > 0)
                wrong.Add($"{writer} {kind}: {found.Type} {string.Join(", ", missing)}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_worst_documents_end_at_the_limits_of_the_conversion()
    {
        Assert.SkipUnless(LimitedProgram.IsInstalled("soffice"), "LibreOffice is not installed.");
        Assert.SkipUnless(File.Exists("/usr/bin/time"), "/usr/bin/time, which measures, is not installed.");
        await using var folder = new TemporaryFolder();
        var (figures, program) = (Path.Combine(folder.Path, "figures"), Path.Combine(folder.Path, "measured"));
        await File.WriteAllTextAsync(
            program,
            $"#!/bin/sh\nexec /usr/bin/time -q -f '%U %S %M' -o '{figures}' soffice \"$@\"\n"
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var options = new ConversionOptions { Program = program, Timeout = TimeSpan.FromSeconds(60) };
        var office = new LibreOffice(Options.Create(options), new Isolation(NullLogger<Isolation>.Instance));
        foreach (var (name, content) in Worst())
        {
            File.Delete(figures);
            var file = Path.Combine(
                Directory.CreateDirectory(Path.Combine(folder.Path, Guid.NewGuid().ToString("N"))).FullName,
                "file" + Path.GetExtension(name)
            );
            await File.WriteAllBytesAsync(file, content);
            var clock = Stopwatch.StartNew();
            string end;
            try
            {
                var pdf = await office.ConvertAsync(file, TestContext.Current.CancellationToken);
                end = $"a PDF of {new FileInfo(pdf).Length:N0} bytes";
            }
            catch (CannotConvertException error)
            {
                end = error.Message;
            }

            var measured = File.Exists(figures)
                ? (await File.ReadAllTextAsync(figures, TestContext.Current.CancellationToken)).Trim()
                : "ended by us";
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name, -34} {content.Length, 9:N0} bytes  {clock.Elapsed.TotalSeconds:0.0} s  user system KB: {measured}  {end}"
                )
            );
            // Ended means ended, with what a busy machine adds.
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(90));
        }
    }

    private static IEnumerable<(string Name, byte[] Content)> Worst()
    {
        yield return ("a letter.rtf", SampleFiles.Rtf());
        yield return ("200,000 paragraphs.docx", Docx(200_000, "<w:p><w:r><w:t>Ann Example</w:t></w:r></w:p>", ""));
        yield return ("a million open tables.docx", Docx(1_000_000, "<w:tbl><w:tr><w:tc>", ""));
        yield return ("3 million open paragraphs.docx", Docx(3_000_000, "<w:p>", ""));
        yield return ("600 MB of one letter.docx", Docx(600_000, new string('a', 1000), "<w:p><w:r><w:t>"));
        yield return ("8 million open groups.rtf", Encoding.ASCII.GetBytes(@"{\rtf1" + new string('{', 8_000_000)));
        yield return (
            "250,000 rows of a table.rtf",
            Encoding.ASCII.GetBytes(
                @"{\rtf1 " + string.Concat(Enumerable.Repeat(@"\trowd\cellx1000\intbl a\cell\row ", 250_000)) + "}"
            )
        );
    }

    private static byte[] Docx(int times, string what, string before)
    {
        using var result = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(SampleFiles.Docx()), ZipArchiveMode.Read))
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in from.Entries)
            {
                using var target = to.CreateEntry(entry.FullName, CompressionLevel.Fastest).Open();
                if (entry.FullName != "word/document.xml")
                {
                    using var source = entry.Open();
                    source.CopyTo(target);
                    continue;
                }

                target.Write(
                    Encoding.UTF8.GetBytes(
                        $"<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{before}"
                    )
                );
                var bytes = Encoding.UTF8.GetBytes(what);
                for (var i = 0; i < times; i++)
                    target.Write(bytes);
                target.Write(
                    Encoding.UTF8.GetBytes($"{(before.Length > 0 ? "</w:t></w:r></w:p>" : "")}</w:body></w:document>")
                );
            }

        return result.ToArray();
    }

    private static Task SofficeAsync(string folder, string filter, string file, string target) =>
        RunAsync(
            "soffice",
            [
                $"-env:UserInstallation={new Uri(Path.Combine(folder, "profile")).AbsoluteUri}",
                "--headless",
                "--convert-to",
                filter,
                "--outdir",
                Path.Combine(folder, target),
                file,
            ]
        );

    private static async Task RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var said = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await said;
    }
}
