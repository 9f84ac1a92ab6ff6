using System.Net;
using System.Text;
using Anteroom.Firm;
using Anteroom.Resumes;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Resumes;

/// <summary>What the firm reads of a resume is what its writer sees in it.</summary>
public sealed class ReadingTests(TestDatabases databases)
{
    private const string W =
        "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'";

    private const string O =
        "xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0' xmlns:s='urn:oasis:names:tc:opendocument:xmlns:style:1.0' xmlns:d='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' xmlns:b='urn:oasis:names:tc:opendocument:xmlns:table:1.0'";

    /// <summary>The content, its kind, and the text.</summary>
    private static readonly Dictionary<string, (byte[] File, ResumeType Type, string Text)> Files = new(
        StringComparer.Ordinal
    )
    {
        ["no-break hyphen and symbols"] = Docx(
            Run(
                "<w:t>555</w:t><w:noBreakHyphen/><w:t>0100 </w:t><w:sym w:font='Wingdings' w:char='F028'/><w:t> co</w:t><w:softHyphen/><w:t>op</w:t>"
            ),
            "555-0100 ☎ coop"
        ),
        ["tab stops are no tabs"] = Docx(
            "<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>2019</w:t><w:tab/><w:t>Lawyer</w:t></w:r></w:p>",
            "2019\tLawyer"
        ),
        ["cells beside each other"] = Docx(
            $"<w:tbl><w:tr><w:tc>{P("2019")}</w:tc><w:tc>{P("Lawyer")}</w:tc></w:tr><w:tr><w:tc>{P("2020")}</w:tc><w:tc>{P("Judge")}</w:tc></w:tr></w:tbl>{P("End")}",
            "2019\tLawyer\n2020\tJudge\nEnd"
        ),
        ["a text box once"] = Docx(
            $"{P("Before")}<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent>{P("Box")}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{P("Box")}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>{P("After")}",
            "Before\nBox\n\nAfter"
        ),
        ["moved, deleted and hidden text"] = Docx(
            "<w:p><w:r><w:t>Kept</w:t></w:r><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:moveTo><w:r><w:t> here</w:t></w:r></w:moveTo><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> seen</w:t></w:r></w:p>",
            "Kept here seen"
        ),
        ["headers, notes and footers in their order, no comments"] = (
            SampleFiles.Zip(
                ("[Content_Types].xml", "<Types/>"),
                ("_rels/.rels", Relations(("officeDocument", "story/main.xml"))),
                (
                    "story/_rels/main.xml.rels",
                    Relations(("footer", "f.xml"), ("header", "/story/h.xml"), ("comments", "c.xml"))
                ),
                ("story/main.xml", $"<w:document {W}><w:body>{P("Body")}</w:body></w:document>"),
                ("story/h.xml", $"<w:hdr {W}>{P("Jane Smith 555-0100")}</w:hdr>"),
                ("story/f.xml", $"<w:ftr {W}>{P("Page")}</w:ftr>"),
                ("story/c.xml", $"<w:comments {W}>{P("Comment")}</w:comments>"),
                ("story/footnotes.xml", $"<w:footnotes {W}><w:footnote>{P("Note")}</w:footnote></w:footnotes>")
            ),
            ResumeType.Docx,
            "Jane Smith 555-0100\nBody\nNote\nPage"
        ),
        ["Word 2003 XML"] = (
            Ascii(
                "<?xml version='1.0'?><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'><w:docPr><w:t/></w:docPr><w:body><w:p><w:r><w:t>Jane</w:t></w:r></w:p></w:body></w:wordDocument>"
            ),
            ResumeType.Doc,
            "Jane"
        ),
        ["printed XML"] = Odt(
            "<t:p>\n   Jane\n   <t:span> Smith</t:span>\n</t:p>\n<t:p>a<t:s t:c='3'/>b<t:tab/>c</t:p>",
            "Jane Smith\na   b\tc"
        ),
        ["tracked deletion, comment, hidden"] = Odt(
            "<t:tracked-changes><t:deletion><t:p>DELETED</t:p></t:deletion></t:tracked-changes><t:p>Kept<o:annotation><t:p>Comment</t:p></o:annotation></t:p><t:section t:display='none'><t:p>no</t:p></t:section><t:p t:style-name='H'>no</t:p><t:p><t:span t:style-name='H'>no</t:span>seen</t:p>",
            "Kept\nseen",
            "<s:style s:name='H'><s:text-properties t:display='none'/></s:style>"
        ),
        ["a note after its paragraph"] = Odt(
            "<t:p>Body<t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>Note text</t:p></t:note-body></t:note> more</t:p><t:p>Next</t:p>",
            "Body more\nNote text\nNext"
        ),
        ["a table of ODT"] = Odt(
            "<b:table><b:table-row><b:table-cell><t:p>2019</t:p></b:table-cell><b:table-cell><t:p>Lawyer</t:p></b:table-cell></b:table-row></b:table><t:p>End</t:p>",
            "2019\tLawyer\nEnd"
        ),
        ["Cyrillic of the document"] = Rtf(
            @"{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fnil Arial;}}\f0 \'cf\'f0\'e8\'e2\'e5\'f2\par}",
            "Привет"
        ),
        ["Cyrillic of a font"] = Rtf(
            @"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset204 Arial CYR;}{\f1\fnil\fcharset0 Arial;}}{\f0\'f4\'e0}\f1  caf\'e9\par}",
            "фа café"
        ),
        ["two bytes for a character"] = Rtf(
            @"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 \'d6\'d0\'b9\'fa\par}",
            "中国"
        ),
        ["an ordinary second byte"] = Rtf(@"{\rtf1\ansi\ansicpg932 \'83\'65\'83X\'83g}", "テスト"),
        ["hidden and deleted RTF"] = Rtf(
            @"{\rtf1 A{\v hidden}{\deleted gone}\v x\v0  B{\*\unknown {deep} no} {\b {\*\x no}C} D}",
            "A B C D"
        ),
        ["characters by number"] = Rtf(@"{\rtf1\uc2\u26085\'93\'fa\uc1\u8364?{\uc0\u322}x}", "日€łx"),
        ["nested table"] = Rtf(
            @"{\rtf1\trowd\itap2 Deep A\nestcell{\nonesttables\par}Deep B\nestcell{\nonesttables\par}{\*\nesttableprops\nestrow}{\nonesttables\par}\pard\intbl Outer\cell\row\pard After\par}",
            "Deep A\tDeep B\nOuter\nAfter"
        ),
        ["parts of RTF in their order"] = Rtf(
            @"{\rtf1{\header Jane\par}{\footer Page\par}Body{\footnote Note\par}{\*\annotation Comment}{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt Box\par}}{\shprslt{\*\do Box}}} more\par}",
            "Jane\nBody\nBox\nNote\n more\nPage"
        ),
        ["lines of the old Mac"] = (Ascii("Jane\rLawyer\r\rEnd"), ResumeType.Txt, "Jane\nLawyer\n\nEnd"),
        ["UTF-16 without a mark"] = (
            Encoding.Unicode.GetBytes("Иван Петров\r\nюрист"),
            ResumeType.Txt,
            "Иван Петров\nюрист"
        ),
        ["Windows-1251"] = Txt("Иванов Иван, адвокат, опыт работы пять лет", 1251),
        ["Windows-1250"] = Txt("Jiří Žížala, Ťulpas, právník", 1250),
        ["Polish"] = Txt("Życiorys: Łukasz Żółć, prawnik", 1250),
        ["Windows-1252"] = Txt("Résumé – José “Pepe” Muñoz, 100 €", 1252),
        ["Greek"] = Txt("Βιογραφικό σημείωμα δικηγόρος", 1253),
        ["Shift JIS"] = Txt("山田太郎 弁護士", 932),
        ["GB 18030"] = Txt("简历 律师 王小明 工作经验", 54936),
        ["Korean"] = Txt("이력서 변호사 김민수", 949),
        ["PDF"] = (SampleFiles.Pdf(), ResumeType.Pdf, "Resume of Ann Example"),
    };

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_text_is_what_its_writer_sees(string name)
    {
        var (file, type, right) = Files[name];
        Assert.Equal(right, ResumeText.Read(file, type)?.Text);
    }

    [Fact]
    public async Task A_file_that_asks_for_too_much_takes_the_reading_process_and_nothing_else()
    {
        var options = new ReadingOptions { Timeout = TimeSpan.FromSeconds(30), MaxMemory = 64 << 20 };
        await using var process = new ReadingProcess(
            Options.Create(options),
            Options.Create(new FirmOptions()),
            TimeProvider.System
        );

        // 200 MB of spaces, packed twice, as the content of a page: the library gives up, or the process dies.
        FoundText? found = null;
        var error = await Record.ExceptionAsync(async () =>
            found = await ReadAsync(HostileFiles.PdfBomb(), ResumeType.Pdf)
        );
        Assert.True(error is null or CannotReadException, $"{error}");
        Assert.Null(found);
        Assert.Equal("Resume of Ann Example", (await ReadAsync(SampleFiles.Pdf(), ResumeType.Pdf))?.Text);

        options.Timeout = TimeSpan.FromMilliseconds(1);
        await Assert.ThrowsAsync<CannotReadException>(() => ReadAsync(SampleFiles.Pdf(1_000_000), ResumeType.Pdf));
        options.Timeout = TimeSpan.FromSeconds(30);
        var cyrillic = await ReadAsync(Txt("Иван Петров, адвокат", 1251).File, ResumeType.Txt);
        Assert.Equal(new FoundText("Иван Петров, адвокат", "windows-1251"), cyrillic);

        Task<FoundText?> ReadAsync(byte[] file, ResumeType type) =>
            process.ReadAsync(new MemoryStream(file), type, encoding: null, CancellationToken.None);
    }

    [Fact]
    public async Task The_text_is_kept_in_the_background_and_a_wrong_guess_can_be_put_right_on_the_page()
    {
        await using var programs = new TemporaryFolder();
        await using var path = FakePrograms.On(programs.Path);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Reading:Enabled", "true"), new("Reading:Timeout", "00:02:00")]
        );
        var text = await new Prospect
        {
            Resume = Txt("Иванов Иван, адвокат\nтел. +1 415 555 2671, IOE0123456789", 1251).File,
            FileName = "cv.txt",
        }.IsAcceptedAsync(app);
        var pdf = await new Prospect().IsAcceptedAsync(app);
        var scan = await new Prospect { Resume = HostileFiles.PdfWithoutText(), FileName = "scan.pdf" }.IsAcceptedAsync(
            app
        );
        await app.WaitUntilAsync("select count(*) = 3 from resume_words");
        using var maria = await app.SignedInAsync(Role.Administrator, "root");
        using (var list = await maria.GetAsync(new Uri("/leads?q=адвокат", UriKind.Relative)))
            Assert.Contains($"/leads/{text}", await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var page = await maria.OpenAsync($"/leads/{text}");
        Assert.Contains(
            "Read as Windows-1251, Cyrillic",
            page.QuerySelector("#resume-card")!.Words(),
            StringComparison.Ordinal
        );
        var form = page.Form($"/leads/{text}/resume/encoding");
        using (var answer = await maria.SendFormAsync(form, ("encoding", "koi8-r")))
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        page = await maria.OpenAsync($"/leads/{text}");
        Assert.Contains("Read as KOI8-R", page.QuerySelector("#resume-card")!.Words(), StringComparison.Ordinal);
        Assert.Contains("хБЮМНБ", await LookAsync(text, ""), StringComparison.Ordinal);
        using (var answer = await maria.SendFormAsync(form, ("encoding", "utf-7")))
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        var found = page.QuerySelector("#found-facts")!;
        Assert.Contains("USCIS receipt IOE0123456789", found.Words(), StringComparison.Ordinal);
        var edit = await maria.OpenAsync(found.QuerySelector("a[href*='phone=']")!.GetAttribute("href")!);
        Assert.Equal("+1 415 555 2671", edit.QuerySelector("input[name='phone']")!.GetAttribute("value"));
        Assert.DoesNotContain(
            "555 2671",
            await app.ValueAsync<string>($"select coalesce(phone, '') from leads where number = {text}"),
            StringComparison.Ordinal
        );

        Assert.Contains("Resume of Ann Example", await LookAsync(pdf, "?view=text"), StringComparison.Ordinal);
        Assert.Contains("RECOGNIZED eng", await LookAsync(scan, "?view=text"), StringComparison.Ordinal);
        Assert.Contains(
            "from a scan",
            (await maria.OpenAsync($"/leads/{scan}")).QuerySelector("#resume-card")!.Words(),
            StringComparison.Ordinal
        );

        async Task<string> LookAsync(long number, string query) =>
            await maria.GetStringAsync(new Uri($"/leads/{number}/resume/preview{query}", UriKind.Relative));
    }

    [Fact]
    public async Task Where_a_file_stands_is_said_on_its_lead_and_it_can_be_read_again_alone_or_with_all_others()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Reading:Enabled", "true"), new("Reading:Timeout", "00:02:00")]
        );
        var pdf = await new Prospect().IsAcceptedAsync(app);
        var text = await new Prospect
        {
            Resume = Txt("Иван Петров, адвокат", 1251).File,
            FileName = "cv.txt",
        }.IsAcceptedAsync(app);
        await app.WaitUntilAsync("select count(*) = 2 from resume_words");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using var front = await app.SignedInAsync(Role.Staff, "front");
        Assert.StartsWith("Not scanned for virusesText read", await StepsAsync(pdf), StringComparison.Ordinal);

        // A person's encoding stays; what was read is read again.
        using (
            await front.SendFormAsync(
                (await front.OpenAsync($"/leads/{text}")).Form($"/leads/{text}/resume/encoding"),
                ("encoding", "koi8-r")
            )
        ) { }
        await AgainAsync(front, text);
        await ReadAsync("encoding = 'koi8-r' and is_chosen", text);

        // Given up at once, seen by an administrator, and done when the file is back.
        var key = await app.ValueAsync<string>(
            $"select storage_key from resumes join leads on leads.id = lead_id where number = {pdf}"
        );
        var file = Path.Combine(app.Folder, "resumes", key);
        File.Move(file, file + ".away");
        await AgainAsync(front, pdf);
        await app.WaitUntilAsync(
            "select state = 'failed' and attempts = 1 from work where kind = 'read_resume' and state <> 'done'"
        );
        const string gone = "Its text could not be read: The file is not in the store.";
        Assert.Contains(gone, await StepsAsync(pdf), StringComparison.Ordinal);
        var queues = await root.OpenAsync("/admin/queues");
        Assert.Contains($"Read the text of resumes, lead {pdf}", queues.Body!.Words(), StringComparison.Ordinal);
        File.Move(file + ".away", file);
        using (await root.SendFormAsync(queues.Form("/admin/queues/retry"))) { }
        await ReadAsync("problem is null and text like '%Ann Example%'", pdf);
        Assert.DoesNotContain("could not", await StepsAsync(pdf), StringComparison.Ordinal);
        Assert.Contains(
            "had it tried again: Read the text of resumes",
            await app.TextsAsync("select summary from activities where actor = 'root'")
        );

        await app.ExecuteAsync("update resume_words set text = 'old', words = 'old'");
        using (await root.SendFormAsync(queues.Form("/admin/queues/read-again"))) { }
        await ReadAsync("text like '%Ann Example%'", pdf);
        await ReadAsync("text <> 'old' and is_chosen", text);
        Assert.Contains(
            "had the text of 2 resumes read again",
            await app.TextsAsync("select summary from audit where actor = 'root'")
        );

        async Task<string> StepsAsync(long number) =>
            (await front.OpenAsync($"/leads/{number}")).QuerySelector("#resume-steps")!.Words();

        async Task AgainAsync(HttpClient client, long number)
        {
            await app.ExecuteAsync("update resume_words set text = 'old'");
            var page = await client.OpenAsync($"/leads/{number}");
            using var answer = await client.SendFormAsync(page.Form($"/leads/{number}/resume/read-again"));
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        }

        Task ReadAsync(string condition, long number) =>
            app.WaitUntilAsync(
                $"select {condition} and text <> 'old' from resume_words join resumes on resumes.id = resume_id join leads on leads.id = lead_id where number = {number}"
            );
    }

    private static byte[] Ascii(string text) => Encoding.Latin1.GetBytes(text);

    private static string P(string text) => $"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>";

    private static string Run(string content) => $"<w:p><w:r>{content}</w:r></w:p>";

    private static string Relations(params (string Kind, string Target)[] all) =>
        $"<Relationships>{string.Concat(all.Select(one => $"<Relationship Type='http://x/{one.Kind}' Target='{one.Target}'/>"))}</Relationships>";

    private static (byte[], ResumeType, string) Docx(string body, string text) =>
        (
            SampleFiles.Zip(("word/document.xml", $"<w:document {W}><w:body>{body}</w:body></w:document>")),
            ResumeType.Docx,
            text
        );

    private static (byte[], ResumeType, string) Odt(string body, string text, string styles = "") =>
        (
            SampleFiles.Zip(
                (
                    "content.xml",
                    $"<o:document-content {O}><o:automatic-styles>{styles}</o:automatic-styles><o:body><o:text>{body}</o:text></o:body></o:document-content>"
                )
            ),
            ResumeType.Odt,
            text
        );

    private static (byte[], ResumeType, string) Rtf(string rtf, string text) => (Ascii(rtf), ResumeType.Rtf, text);

    private static (byte[] File, ResumeType, string) Txt(string text, int page) =>
        (CodePagesEncodingProvider.Instance.GetEncoding(page)!.GetBytes(text), ResumeType.Txt, text);
}
