using System.Diagnostics;
using System.Net;
using System.Text;
using Anteroom.Resumes;
using Anteroom.Tests.App;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Resumes;

/// <summary>The text of uploads, which may be anything.</summary>
[Trait("Category", "Slow")]
public sealed class ResumeTextTests(TestDatabases databases)
{
    private const string Word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

    private static Task<string?> ReadAsync(byte[] file, ResumeType type) =>
        Task.FromResult(ResumeText.Read(file, type)?.Text);

    private static byte[] Docx(string body, string before = "") =>
        SampleFiles.Zip(
            ("word/document.xml", $"{before}<w:document xmlns:w=\"{Word}\"><w:body>{body}</w:body></w:document>")
        );

    [Fact]
    public async Task The_text_of_every_kind_is_found()
    {
        Assert.Equal("Resume of Ann Example", await ReadAsync(SampleFiles.Docx(), ResumeType.Docx));
        Assert.Equal("Resume of Ann Example", await ReadAsync(SampleFiles.Doc(), ResumeType.Doc));
        Assert.Equal("Resume of Ann Example", await ReadAsync(SampleFiles.Rtf(), ResumeType.Rtf));
        Assert.Equal(
            "Résumé\nAnn Example\n\n2019–2026\tAttorney, Łódź",
            await ReadAsync(SampleFiles.Txt(), ResumeType.Txt)
        );
        Assert.Equal("caf\u00e9 €", await ReadAsync([0x63, 0x61, 0x66, 0xE9, 0x20, 0x80], ResumeType.Txt));
        Assert.Equal("żół", await ReadAsync([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("żół")], ResumeType.Txt));
        Assert.Equal(
            "One\ntwo\tthree\nfour & <five>",
            await ReadAsync(
                Docx(
                    "<w:p><w:r><w:t>One</w:t></w:r></w:p><w:p><w:r><w:t>two</w:t><w:tab/><w:t>three</w:t><w:br/><w:t>four &amp; &lt;five&gt;</w:t><w:instrText>no</w:instrText></w:r></w:p>"
                ),
                ResumeType.Docx
            )
        );
        Assert.Equal(
            "Title\none  two",
            await ReadAsync(
                SampleFiles.Zip(
                    (
                        "content.xml",
                        "<o xmlns:t='urn:oasis:names:tc:opendocument:xmlns:text:1.0'><t:h>Title</t:h><meta>no</meta><t:p>one <t:s/>two</t:p></o>"
                    )
                ),
                ResumeType.Odt
            )
        );
        Assert.Equal(
            "Łódź – “é” 😀 {x}\nnext",
            await ReadAsync(
                Encoding.ASCII.GetBytes(
                    @"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\*\generator Word;}\uc1\u321?\u243?d\u378? \endash  \ldblquote\'e9\rdblquote  \u-10179?\u-8704? \{x\}\par next{\pict 00ff}}"
                ),
                ResumeType.Rtf
            )
        );
        Assert.Null(await ReadAsync(SampleFiles.Odt(), ResumeType.Odt));
    }

    [Fact]
    public async Task Hostile_files_cost_little_and_do_no_harm()
    {
        var watch = Stopwatch.StartNew();
        var bomb = Docx($"<w:p><w:r><w:t>{new string('A', 60_000_000)}</w:t></w:r></w:p>");
        Assert.True(bomb.Length < 1_000_000);
        await ReadAsync(bomb, ResumeType.Docx);
        Assert.Equal(
            ResumeText.Longest,
            (
                await ReadAsync(
                    Docx(string.Concat(Enumerable.Repeat("<w:p><w:r><w:t>word </w:t></w:r></w:p>", 100_000))),
                    ResumeType.Docx
                )
            )!.Length,
            10.0
        );
        await ReadAsync(Docx(string.Concat(Enumerable.Repeat("<w:p>", 500_000))), ResumeType.Docx);
        Assert.Null(
            await ReadAsync(
                Docx(
                    "<w:p><w:r><w:t>&x;</w:t></w:r></w:p>",
                    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                ),
                ResumeType.Docx
            )
        );
        await ReadAsync(Encoding.ASCII.GetBytes(new string('{', 1_000_000)), ResumeType.Rtf);
        await ReadAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(@"\u1?", 1_000_000))), ResumeType.Rtf);
        await ReadAsync(Encoding.ASCII.GetBytes(@"{\rtf1 \bin99999999999 x"), ResumeType.Rtf);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    [Fact]
    public void Any_bytes_give_text_that_can_be_shown_or_none()
    {
        var types = Enum.GetValues<ResumeType>();
        Prop.ForAll<byte[]>(bytes =>
                types.All(type =>
                {
                    byte[][] files =
                    [
                        bytes,
                        [.. @"{\rtf1 "u8, .. bytes],
                        [
                            .. SampleFiles
                                .Docx()
                                .Select((one, at) => bytes.Length > 0 && at % 97 == bytes[0] % 97 ? bytes[^1] : one),
                        ],
                    ];
                    return files.All(file =>
                        ReadAsync(file, type).GetAwaiter().GetResult() is not { } text
                        || (
                            text.Length <= ResumeText.Longest
                            && !text.Any(one => char.IsControl(one) && one is not ('\n' or '\t'))
                        )
                    );
                })
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task A_preview_is_a_harmless_document_for_our_own_frame()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var pdf = await new Prospect().IsAcceptedAsync(app);
        var text = await new Prospect
        {
            Resume = Encoding.UTF8.GetBytes(
                "Prose first, " + new string('x', 1100) + " then <script>alert(1)</script> & \u202e evil"
            ),
            FileName = "cv.html",
        }.IsAcceptedAsync(app);
        var word = await new Prospect { Resume = SampleFiles.Docx(), FileName = "cv.docx" }.IsAcceptedAsync(app);
        var old = await new Prospect { Resume = SampleFiles.Doc(), FileName = "cv.doc" }.IsAcceptedAsync(app);
        var empty = await new Prospect
        {
            Resume = new WordFile("\r").ToBytes(),
            FileName = "empty.doc",
        }.IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        using (var answer = await LookAsync(pdf))
        {
            Assert.Equal("application/pdf", answer.Content.Headers.ContentType!.ToString());
            Assert.Equal("inline", answer.Content.Headers.ContentDisposition!.ToString());
            Assert.Equal(SampleFiles.Pdf(), await answer.Content.ReadAsByteArrayAsync());
        }

        using (var answer = await LookAsync(text))
        {
            var html = await answer.Content.ReadAsStringAsync();
            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp;  evil", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
            Assert.Contains(
                "sandbox",
                Assert.Single(answer.Headers.GetValues("Content-Security-Policy")),
                StringComparison.Ordinal
            );
        }

        foreach (var number in new[] { word, old })
        {
            using var answer = await LookAsync(number);
            Assert.Contains(
                "Resume of Ann Example",
                await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );
            var page = await maria.OpenAsync($"/leads/{number}");
            var frame = page.QuerySelector($"iframe[src='/leads/{number}/resume/preview']");
            Assert.NotNull(frame);
            Assert.True(frame.HasAttribute("sandbox"));
            Assert.NotNull(page.QuerySelector($"a[href='/leads/{number}/resume']"));
        }

        using (var answer = await LookAsync(empty))
            Assert.Contains("No text was found", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var nobody = await maria.GetAsync(new Uri("/leads/999/resume/preview", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);

        async Task<HttpResponseMessage> LookAsync(long number)
        {
            var answer = await maria.GetAsync(new Uri($"/leads/{number}/resume/preview", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal(
                "private, no-store",
                answer
                    .Headers.CacheControl!.ToString()
                    .Replace("no-store, private", "private, no-store", StringComparison.Ordinal)
            );
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'self'; sandbox", policy, StringComparison.Ordinal);
            return answer;
        }
    }
}
