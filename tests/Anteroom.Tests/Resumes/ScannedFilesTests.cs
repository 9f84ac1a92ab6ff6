using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Anteroom.Resumes;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Resumes;

/// <summary>A scan is recognized by tesseract itself, and found by what stands in it.</summary>
[Trait("Category", "Slow")]
public sealed class ScannedFilesTests(TestDatabases databases)
{
    [Fact]
    public async Task What_stands_in_the_pictures_of_a_scan_is_read_and_found()
    {
        Assert.SkipUnless(
            LimitedProgram.IsInstalled("pdftoppm") && LimitedProgram.IsInstalled("tesseract"),
            "poppler-utils and tesseract-ocr are not installed."
        );
        await using var folder = new TemporaryFolder();
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Reading:Enabled", "true"),
                new("Reading:Timeout", "00:05:00"),
                new("Reading:RecognitionTimeout", "00:10:00"),
                new("Reading:MaxPages", "2"),
            ]
        );
        var gray = await PictureAsync(folder.Path, "-gray", "pgm");
        var jpeg = await PictureAsync(folder.Path, "-jpeg", "jpg");
        foreach (
            var (name, content) in new[]
            {
                // As fax programs and office scanners write them; three pages, of which two are read.
                ("gray.pdf", Pdf("/DeviceGray", "/FlateDecode", Packed(gray[^Pixels(gray)..]), Size(gray), pages: 1)),
                ("jpeg.pdf", Pdf("/DeviceRGB", "/DCTDecode", jpeg, Size(gray), pages: 3)),
            }
        )
            await new Prospect
            {
                Resume = content,
                FileName = name,
                Email = $"{name}@example.com",
            }.IsAcceptedAsync(app);

        await app.WaitUntilAsync("select count(*) = 2 from resume_words", minutes: 10);

        for (var number = 1; number <= 2; number++)
            Assert.Equal(
                number,
                await app.ValueAsync<long>(
                    $"select (length(text) - length(replace(text, 'Ann Example', ''))) / length('Ann Example')::bigint from resume_words join resumes on resumes.id = resume_id join leads on leads.id = lead_id where is_recognized and problem is null and number = {number}"
                )
            );
        using var maria = await app.SignedInAsync(Role.Staff, "maria");
        var list = await maria.OpenAsync("/leads?q=annapolis+example");
        Assert.Empty(list.QuerySelectorAll("tbody tr .row-link"));
        Assert.Equal(2, (await maria.OpenAsync("/leads?q=ann+resume")).QuerySelectorAll("tbody tr .row-link").Length);
        Assert.Contains(
            "Recognized from a scan",
            (await maria.OpenAsync("/leads/1/resume/view")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    private static async Task<byte[]> PictureAsync(string folder, string format, string end)
    {
        var (file, target) = (Path.Combine(folder, "text.pdf"), Path.Combine(folder, "picture"));
        await File.WriteAllBytesAsync(file, SampleFiles.Pdf());
        using var draw = Process.Start(
            new ProcessStartInfo("pdftoppm", [format, "-r", "150", "-singlefile", file, target])
        )!;
        await draw.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await File.ReadAllBytesAsync($"{target}.{end}");
    }

    // PGM: "P5", width and height, the largest value, then a byte for each dot.
    private static (int Width, int Height) Size(byte[] pgm)
    {
        var head = Encoding.ASCII.GetString(pgm, 0, 40).Split('\n')[1].Split(' ');
        return (int.Parse(head[0], CultureInfo.InvariantCulture), int.Parse(head[1], CultureInfo.InvariantCulture));
    }

    private static int Pixels(byte[] pgm) => Size(pgm).Width * Size(pgm).Height;

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(content);
        return packed.ToArray();
    }

    private static byte[] Pdf(string colors, string filter, byte[] picture, (int Width, int Height) size, int pages)
    {
        using var pdf = new MemoryStream();
        Write("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
        var kids = string.Join(' ', Enumerable.Range(0, pages).Select(page => $"{page + 10} 0 R"));
        Write($"2 0 obj\n<< /Type /Pages /Kids [{kids}] /Count {pages} >>\nendobj\n");
        for (var page = 0; page < pages; page++)
            Write(
                $"{page + 10} 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>\nendobj\n"
            );
        const string draw = "612 0 0 792 0 0 cm /I Do";
        Write($"4 0 obj\n<< /Length {draw.Length} >>\nstream\n{draw}\nendstream\nendobj\n");
        Write(
            $"5 0 obj\n<< /Type /XObject /Subtype /Image /Width {size.Width} /Height {size.Height} /ColorSpace {colors} /BitsPerComponent 8 /Filter {filter} /Length {picture.Length} >>\nstream\n"
        );
        pdf.Write(picture);
        Write($"\nendstream\nendobj\ntrailer\n<< /Size {pages + 10} /Root 1 0 R >>\n%%EOF\n");
        return pdf.ToArray();

        void Write(string text) => pdf.Write(Encoding.ASCII.GetBytes(text));
    }
}
