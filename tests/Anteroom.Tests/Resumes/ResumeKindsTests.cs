using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Anteroom.Resumes;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Resumes;

/// <summary>What people really send, and what must not get in: each kind by its content, whoever wrote it.</summary>
public sealed class ResumeKindsTests
{
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
    private const string WordPart = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    private const string OdtType = "application/vnd.oasis.opendocument.text";

    private static readonly string Files = Path.Combine(
        NodeScript.RepositoryRoot(),
        "tests",
        "Anteroom.Tests",
        "Resumes",
        "Files"
    );

    /// <summary>What it is, the bytes, and the type that is accepted or a part of the sentence that refuses it.</summary>
    private static readonly Dictionary<string, (byte[] Content, string Right)> Kinds = new(StringComparer.Ordinal)
    {
        ["text of a name that begins like a program"] = (Ascii("MZ Khan\nLawyer"), "Txt"),
        ["text that begins like an archive"] = (Ascii("7z, tar and zip: what I know\n"), "Txt"),
        ["text that begins like another archive"] = (Ascii("Rar! A resume\n"), "Txt"),
        ["text that mentions tags"] = (Ascii("Skills: <html>, <body>, <script>"), "Txt"),
        ["text that begins with an address in brackets"] = (Ascii("<jane@example.com>\nLawyer"), "Txt"),
        ["text that begins with a word in brackets"] = (Ascii("<address>\n1 Main St"), "Txt"),
        ["text with the end of file of DOS"] = (Ascii("Jane\r\n\u001A"), "Txt"),
        ["text with a vertical tab"] = (Ascii("Jane\vLawyer"), "Txt"),
        ["a name with a colon"] = (Ascii("Name: Jane\nTo: the firm\n"), "Txt"),
        ["rich text after a line break"] = (Ascii("\r\n{\\rtf1 Jane}"), "Rtf"),
        ["PDF with a rich-text note"] = (
            Ascii(
                "%PDF-1.7\n1 0 obj\n<< /Subtype /FreeText /RC (<?xml version=\"1.0\"?><body xmlns=\"x\">\\)</body>) >>\nendobj\n"
            ),
            "Pdf"
        ),
        ["PDF that is a page"] = (Ascii("%PDF-1.7\n(text)<html><script>alert(1)</script>"), "web page"),
        ["program before a PDF"] = ([.. SampleFiles.Exe(), .. SampleFiles.Pdf()], "Windows program"),
        ["photo of an iPhone"] = ([0, 0, 0, 24, .. Ascii("ftypheic"), 0, 0, 0, 0, .. Ascii("mif1heic")], "HEIC"),
        ["PostScript"] = (Ascii("%!PS-Adobe-3.0\n"), "PostScript"),
        ["archive of 7-Zip"] = ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4], "archive"),
        ["archive of RAR"] = ([.. Ascii("Rar!\u001A\u0007"), 1, 0], "archive"),
        ["web archive"] = (
            Ascii(
                "From: <Saved by Word>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=\"x\"\r\n\r\n--x"
            ),
            "web archive"
        ),
        ["email"] = (
            Ascii(
                "Received: from x\r\nFrom: Jane\r\nTo: firm\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n"
            ),
            "email"
        ),
        ["Word 2003 XML"] = (Word2003(""), "Doc"),
        ["Word 2003 XML with macros"] = (Word2003("w:macrosPresent=\"yes\""), "macros"),
        ["Word in one XML"] = (
            Ascii("<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><pkg:package xmlns:pkg=\"x\"/>"),
            "saved as XML"
        ),
        ["flat OpenDocument"] = (Ascii("<?xml version=\"1.0\"?><office:document xmlns:office=\"x\"/>"), "flat"),
        ["DOC with a password"] = ((new WordFile("no") { IsEncrypted = true }).ToBytes(), "password"),
        ["DOC with a program"] = (CompoundWriter.Write("WordDocument", "1Table", "macros"), "macros"),
        ["DOC with a program deep inside"] = (CompoundWriter.Write("WordDocument", "_VBA_PROJECT"), "macros"),
        ["mail of Outlook"] = (CompoundWriter.Write("__properties_version1.0"), "email"),
        ["DOCX with its main part elsewhere"] = (Docx("word/main.xml", "word/main.xml", WordPart), "Docx"),
        ["DOCX with its main part by an absolute name"] = (Docx("/story/a%20b.xml", "story/a b.xml", WordPart), "Docx"),
        ["DOCX with backslashes"] = (Docx("word/document.xml", "word\\document.xml", WordPart), "Docx"),
        ["DOTX"] = (
            Docx(
                "word/document.xml",
                "word/document.xml",
                WordPart.Replace("document.main", "template.main", StringComparison.Ordinal)
            ),
            "Docx"
        ),
        ["DOCM by its type alone"] = (
            Docx("word/document.xml", "word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"),
            "macros"
        ),
        ["DOCX with a program of another name"] = (
            Docx(
                "word/document.xml",
                "word/document.xml",
                WordPart,
                (
                    "word/_rels/document.xml.rels",
                    Relations("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "data.xml")
                )
            ),
            "macros"
        ),
        ["workbook with folders of its own"] = (
            Docx(
                "word/x.xml",
                "word/x.xml",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
            ),
            "spreadsheet"
        ),
        ["DOCX without its main part"] = (
            SampleFiles.Zip(("[Content_Types].xml", "<Types/>"), ("word/styles.xml", "<w/>")),
            "damaged"
        ),
        ["ODT with its type last and compressed"] = (
            SampleFiles.Zip(("content.xml", "<o/>"), ("x/mimetype", "no"), ("Mimetype", OdtType + "\n")),
            "Odt"
        ),
        ["ODT with its type in the manifest only"] = (Odt(OdtType, ""), "Odt"),
        ["ODT written in the web view"] = (Odt(OdtType + "-web", ""), "Odt"),
        ["ODT template"] = (Odt(OdtType + "-template", ""), "Odt"),
        ["ODT with a password"] = (
            Odt(OdtType, "<m:file-entry m:full-path='content.xml'><m:encryption-data/></m:file-entry>"),
            "password"
        ),
        ["ODT with Basic"] = (Odt(OdtType, "", ("Basic/Standard/Module1.xml", "<m/>")), "macros"),
        ["ODT with Python"] = (Odt(OdtType, "", ("Scripts/python/x.py", "x")), "macros"),
        ["ODT with an empty library"] = (
            Odt(OdtType, "", ("Basic/script-lc.xml", "<l/>"), ("Basic/Standard/script-lb.xml", "<l/>")),
            "Odt"
        ),
        ["document of OpenOffice 1"] = (Odt("application/vnd.sun.xml.writer", ""), "OpenOffice 1"),
        ["e-book"] = (SampleFiles.Zip(("mimetype", "application/epub+zip")), "e-book"),
        ["Pages of 2009"] = (
            SampleFiles.Zip(("index.xml", "<?xml version='1.0'?><sl:document/>"), ("QuickLook/Preview.pdf", "")),
            "Pages"
        ),
        ["Pages of 2008, packed"] = (Packed("resume/index.xml.gz", "<?xml version='1.0'?><sl:document/>"), "Pages"),
        ["Pages of 2013"] = (SampleFiles.Zip(("Index.zip", "PK"), ("Metadata/Properties.plist", "")), "Pages"),
        ["Pages of today"] = (Iwork(10000), "Pages"),
        ["Numbers of 2009"] = (SampleFiles.Zip(("index.xml", "<?xml version='1.0'?><ls:document/>")), "Numbers"),
        ["Numbers of today"] = (Iwork(1), "Numbers"),
        ["Keynote of 2009"] = (SampleFiles.Zip(("index.apxl", "<key:presentation/>")), "Keynote"),
        ["Keynote of today"] = (Iwork(1, "Index/Slide-12.iwa"), "Keynote"),
        ["ZIP cut off"] = (SampleFiles.Docx()[..^40], "damaged"),
    };

    public static TheoryData<string> Names => [.. Kinds.Keys];

    public static TheoryData<string> EncryptedPdfs =>
        [.. Directory.EnumerateFiles(Files, "*.pdf").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_is_what_it_is(string name)
    {
        var (content, right) = Kinds[name];

        var found = ResumeInspectorTests.Inspect(content);

        if (Enum.TryParse<ResumeType>(right, out var type))
            Assert.Equal((type, (string?)null), (found.Type, found.WhyNot(photos: false)?.ToString()));
        else
            Assert.Contains(right, $"{found.WhyNot(photos: false)}", StringComparison.Ordinal);
    }

    /// <summary>Made by qpdf with every cipher that the format has, "user" with a password to open, "owner" with one to change.</summary>
    [Theory]
    [MemberData(nameof(EncryptedPdfs))]
    public async Task A_PDF_that_nobody_can_open_is_refused_and_one_that_opens_without_a_password_is_not(string name)
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(Files, name));

        foreach (var content in (byte[][])[file, [.. file, .. new byte[300_000]]])
        {
            var found = ResumeInspectorTests.Inspect(content);

            if (name.StartsWith("user", StringComparison.Ordinal))
                Assert.Contains("password", $"{found.WhyNot(photos: false)}", StringComparison.Ordinal);
            else
                Assert.Equal(ResumeType.Pdf, found.Type);
        }
    }

    [Fact]
    public void What_is_made_to_be_large_costs_little()
    {
        byte[][] hostile =
        [
            SampleFiles.Zip(
                ("[Content_Types].xml", "<Types>" + new string(' ', 200_000_000) + "</Types>"),
                ("word/document.xml", "<w/>")
            ),
            SampleFiles.Zip(("mimetype", new string('x', 200_000_000))),
            SampleFiles.Zip(("[Content_Types].xml", string.Concat(Enumerable.Repeat("<a>", 300_000)))),
            SampleFiles.Zip([.. Enumerable.Range(0, 9_000).Select(i => ($"{i}.iwa", ""))]),
            Encoding.ASCII.GetBytes(
                "%PDF-1.7\n"
                    + string.Concat(
                        Enumerable.Repeat(
                            "/Encrypt 1 0 R 1 0 obj<</Filter/Standard/R 6/U("
                                + new string('x', 48)
                                + ")/O("
                                + new string('x', 48)
                                + ")>>",
                            80_000
                        )
                    )
            ),
            Encoding.ASCII.GetBytes(
                "<?xml version='1.0'?><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'>"
                    + new string('x', 10_000_000)
            ),
        ];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        foreach (var file in hostile)
            ResumeInspectorTests.Inspect(file);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(allocated < 300_000_000, $"{allocated:N0} bytes");
    }

    private static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Word2003(string attribute) =>
        Ascii(
            $"<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" {attribute}><w:body><w:p><w:r><w:t>Jane</w:t></w:r></w:p></w:body></w:wordDocument>"
        );

    private static string Relations(string type, string target) =>
        $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"{type}\" Target=\"{target}\"/></Relationships>";

    private static byte[] Docx(string target, string name, string type, params (string, string)[] more) =>
        SampleFiles.Zip([
            (
                "[Content_Types].xml",
                $"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/{name.Replace('\\', '/')}\" ContentType=\"{type}\"/></Types>"
            ),
            ("_rels/.rels", Relations(Office + "officeDocument", target)),
            (name, "<w/>"),
            .. more,
        ]);

    private static byte[] Odt(string type, string entries, params (string, string)[] more) =>
        SampleFiles.Zip([
            ("content.xml", "<o/>"),
            (
                "META-INF/manifest.xml",
                $"<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><m:file-entry m:full-path='/' m:media-type='{type}'/>{entries}</m:manifest>"
            ),
            .. more,
        ]);

    private static byte[] Packed(string name, string content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Ascii(content));
        return Zip((name, packed.ToArray()));
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }

        return bytes.ToArray();
    }

    /// <summary>The first archive begins with the number of its first object and that object's type, in a block of Snappy.</summary>
    private static byte[] Iwork(int type, params string[] more)
    {
        var number = new List<byte>();
        for (var rest = type; number.Count == 0 || rest > 0; rest >>= 7)
            number.Add((byte)((rest & 127) | (rest > 127 ? 128 : 0)));
        byte[] information = [0x08, .. number, 0x12, 3, 1, 0, 5, 0x18, 0x40];
        byte[] archive = [(byte)(information.Length + 4), 0x08, 1, 0x12, (byte)information.Length, .. information];
        byte[] block = [(byte)archive.Length, (byte)((archive.Length - 1) << 2), .. archive];
        byte[] document = [0, (byte)block.Length, 0, 0, .. block];
        return Zip([("Index/Document.iwa", document), .. more.Select(name => (name, Ascii("x")))]);
    }
}
