using System.IO.Compression;
using System.Text;

namespace Anteroom.Tests.Resumes;

/// <summary>Small files of every kind a prospect may send, right and wrong, made on the spot.</summary>
public static class SampleFiles
{
    /// <summary>One page that says hello; with <paramref name="size"/>, padded by a stream of that many bytes.</summary>
    public static byte[] Pdf(int size = 0)
    {
        var pdf = new StringBuilder("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");
        var offsets = new List<int>();
        const string page = "BT /F1 24 Tf 72 720 Td (Resume of Ann Example) Tj ET";
        foreach (
            var body in new[]
            {
                "<< /Type /Catalog /Pages 2 0 R >>",
                "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
                $"<< /Length {page.Length} >>\nstream\n{page}\nendstream",
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
                $"<< /Length {size} >>\nstream\n{new string('x', size)}\nendstream",
            }
        )
        {
            offsets.Add(pdf.Length);
            pdf.Append(System.Globalization.CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }

        var start = pdf.Length;
        pdf.Append(
            System.Globalization.CultureInfo.InvariantCulture,
            $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n"
        );
        foreach (var offset in offsets)
            pdf.Append(System.Globalization.CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        pdf.Append(
            System.Globalization.CultureInfo.InvariantCulture,
            $"trailer\n<< /Size {offsets.Count + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
        );
        return Encoding.Latin1.GetBytes(pdf.ToString());
    }

    /// <summary>A Word 97 document with one paragraph.</summary>
    public static byte[] Doc() => new WordFile("Resume of Ann Example\r").ToBytes();

    /// <summary>A Word document with one paragraph.</summary>
    public static byte[] Docx() =>
        Zip(
            (
                "[Content_Types].xml",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
                  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
                  <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
                </Types>
                """
            ),
            (
                "_rels/.rels",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
                  <Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
                </Relationships>
                """
            ),
            (
                "word/document.xml",
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
                  <w:body><w:p><w:r><w:t>Resume of Ann Example</w:t></w:r></w:p></w:body>
                </w:document>
                """
            )
        );

    /// <summary>A Word document with macros, as somebody would rename it.</summary>
    public static byte[] Docm() =>
        Zip(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>"), ("word/vbaProject.bin", "x"));

    /// <summary>An Excel workbook.</summary>
    public static byte[] Xlsx() =>
        Zip(
            (
                "[Content_Types].xml",
                "<Types><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>"
            ),
            ("_rels/.rels", "<r><Relationship Type='http://x/officeDocument' Target='xl/workbook.xml'/></r>"),
            ("xl/workbook.xml", "<workbook/>"),
            ("xl/sharedStrings.xml", "<sst><si><t>Tollgate</t></si></sst>")
        );

    /// <summary>An Excel 97 workbook.</summary>
    public static byte[] Xls() => CompoundWriter.Write("Workbook");

    /// <summary>A document of today's Word with a password: a compound file around the encrypted package.</summary>
    public static byte[] Encrypted() => CompoundWriter.Write("EncryptionInfo", "EncryptedPackage");

    /// <summary>An OpenDocument text.</summary>
    public static byte[] Odt() => OpenDocument("text");

    /// <summary>An OpenDocument spreadsheet.</summary>
    public static byte[] Ods() => OpenDocument("spreadsheet");

    /// <summary>Rich text.</summary>
    public static byte[] Rtf() => Encoding.ASCII.GetBytes(@"{\rtf1\ansi Resume of Ann Example\par}");

    /// <summary>Plain text in UTF-8.</summary>
    public static byte[] Txt() => Encoding.UTF8.GetBytes("Résumé\nAnn Example\n\n2019–2026\tAttorney, Łódź\n");

    /// <summary>The beginning of a Windows program.</summary>
    public static byte[] Exe()
    {
        var exe = new byte[512];
        "MZ"u8.CopyTo(exe);
        exe[0x3C] = 0x80;
        "This program cannot be run in DOS mode."u8.CopyTo(exe.AsSpan(0x4E));
        "PE\0\0"u8.CopyTo(exe.AsSpan(0x80));
        return exe;
    }

    /// <summary>A web page with a script.</summary>
    public static byte[] Html() => "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"u8.ToArray();

    /// <summary>A picture that a browser would run.</summary>
    public static byte[] Svg() =>
        """<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>"""u8.ToArray();

    /// <summary>An archive that is no document.</summary>
    public static byte[] Zip() => Zip(("notes.txt", "hello"));

    /// <summary>An archive with the given entries.</summary>
    public static byte[] Zip(params (string Name, string Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var level = name is "mimetype" ? CompressionLevel.NoCompression : CompressionLevel.Fastest;
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return bytes.ToArray();
    }

    private static byte[] OpenDocument(string kind) =>
        Zip(
            ("mimetype", "application/vnd.oasis.opendocument." + kind),
            ("content.xml", "<office:document-content/>"),
            ("META-INF/manifest.xml", "<manifest:manifest/>")
        );
}
