using System.Text;
using Anteroom.Resumes;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Resumes;

public sealed class ResumeInspectorTests
{
    public static TheoryData<string, ResumeType> Accepted =>
        new()
        {
            { nameof(SampleFiles.Pdf), ResumeType.Pdf },
            { nameof(SampleFiles.Doc), ResumeType.Doc },
            { nameof(SampleFiles.Docx), ResumeType.Docx },
            { nameof(SampleFiles.Rtf), ResumeType.Rtf },
            { nameof(SampleFiles.Odt), ResumeType.Odt },
            { nameof(SampleFiles.Txt), ResumeType.Txt },
        };

    public static TheoryData<string, string> Refused =>
        new()
        {
            { nameof(SampleFiles.Exe), "Windows program" },
            { nameof(SampleFiles.Html), "web page" },
            { nameof(SampleFiles.Svg), "SVG picture" },
            { nameof(SampleFiles.Docm), "macros" },
            { nameof(SampleFiles.Xlsx), "spreadsheet" },
            { nameof(SampleFiles.Xls), "spreadsheet" },
            { nameof(SampleFiles.Ods), "spreadsheet" },
            { nameof(SampleFiles.Encrypted), "password" },
            { nameof(SampleFiles.Zip), "ZIP archive" },
        };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void A_resume_is_known_by_its_content(string sample, ResumeType type) =>
        Assert.Equal(new ResumeInspection(type, null), Inspect(Make(sample)));

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_no_resume_is_refused_with_what_it_seems_to_be(string sample, string finding)
    {
        var inspection = Inspect(Make(sample));

        Assert.Contains(finding, $"{inspection.WhyNot(photos: false)}", StringComparison.Ordinal);
        Assert.EndsWith("Please send a PDF, DOC, DOCX, RTF, ODT or TXT file.", $"{inspection.WhyNot(photos: false)}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t ")]
    [InlineData("#!/bin/sh\nrm -rf /")]
    [InlineData("\u007fELF\u0001")]
    [InlineData("\uFEFF \n<html>")]
    [InlineData("<!-- a comment --><p>hello")]
    [InlineData("<ScRiPt src=//x>")]
    [InlineData("<?xml version='1.0'?><svg onload='alert(1)'/>")]
    [InlineData("<html\txmlns=x>")]
    [InlineData("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x")]
    [InlineData("<svg onload=alert(1)>")]
    [InlineData("%PDF-1.4\n<html><script>alert(1)</script>")]
    [InlineData("<!--\n%PDF-1.4\n--><p>both</p>")]
    [InlineData("%PDF-")]
    [InlineData("%PDF-\0\0\0")]
    [InlineData("text with \0 in it")]
    [InlineData("text with \u001b[31m in it")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("GIF89a")]
    public void Texts_that_are_no_resumes_are_refused(string content)
    {
        // "%PDF-" alone is text by its letters; all that matters is that it is not taken for a PDF.
        if (content == "%PDF-")
            Assert.NotEqual(ResumeType.Pdf, Inspect(Encoding.UTF8.GetBytes(content)).Type);
        else
            Assert.NotNull(Inspect(Encoding.UTF8.GetBytes(content)).WhyNot(photos: false));
    }

    [Fact]
    public void Text_is_accepted_in_the_encodings_people_have()
    {
        const string text = "Résumé of José\r\n";
        Assert.Equal(ResumeType.Txt, Inspect(Encoding.UTF8.GetBytes(text)).Type);
        Assert.Equal(ResumeType.Txt, Inspect([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]).Type);
        Assert.Equal(ResumeType.Txt, Inspect([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]).Type);
        Assert.Equal(ResumeType.Txt, Inspect([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)]).Type);
        Assert.Equal(ResumeType.Txt, Inspect(Encoding.Latin1.GetBytes(text)).Type);
        Assert.Equal(ResumeType.Txt, Inspect(Encoding.Unicode.GetBytes(text)).Type);
        Assert.Equal(ResumeType.Txt, Inspect(Encoding.BigEndianUnicode.GetBytes("Иван Петров\nюрист\n")).Type);
        Assert.Equal(ResumeType.Txt, Inspect([0x93, 0xFA, 0x96, 0x7B, 0x81, 0x41]).Type); // Shift-JIS
        Assert.Equal(ResumeType.Txt, Inspect([.. "\u001b$B"u8, .. "F|K\\"u8, .. "\u001b(B"u8]).Type); // ISO-2022-JP
    }

    [Fact]
    public void A_web_page_in_UTF_16_is_refused() =>
        Assert.NotNull(Inspect([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("<html>")]).WhyNot(photos: false));

    [Fact]
    public void A_letter_cut_in_two_by_the_read_buffer_is_still_text() =>
        Assert.Equal(ResumeType.Txt, Inspect(Encoding.UTF8.GetBytes("x" + new string('é', 100_000))).Type);

    [Fact]
    public void A_PDF_that_was_cut_off_or_has_a_printers_preface_is_accepted()
    {
        Assert.Equal(ResumeType.Pdf, Inspect(SampleFiles.Pdf(2000)[..1500]).Type);
        Assert.Equal(ResumeType.Pdf, Inspect([.. "\u001b%-12345X@PJL\r\n"u8, .. SampleFiles.Pdf()]).Type);
        Assert.Equal(ResumeType.Pdf, Inspect([0xEF, 0xBB, 0xBF, .. SampleFiles.Pdf()]).Type);
    }

    [Fact]
    public void A_ZIP_whose_directory_lies_about_its_main_part_is_refused()
    {
        var docx = SampleFiles.Docx();
        var entry = docx.AsSpan().LastIndexOf("word/document.xml"u8) - 46;
        docx[entry + 42] ^= 0xFF;

        Assert.NotNull(Inspect(docx).WhyNot(photos: false));
    }

    [Fact]
    public void No_bytes_whatever_make_it_throw()
    {
        var samples = Accepted
            .Select(row => row.Data.Item1)
            .Concat(Refused.Select(row => row.Data.Item1))
            .Select(Make)
            .ToArray();
        var damage =
            from sample in Gen.Elements(samples)
            from at in Gen.Choose(0, sample.Length - 1)
            from value in Gen.Choose(0, 255)
            from length in Gen.Choose(0, sample.Length)
            select Damage(sample, at, (byte)value, length);

        Prop.ForAll(
                damage.ToArbitrary(),
                (byte[] bytes) =>
                {
                    var inspection = Inspect(bytes);
                    return inspection.Type is null == inspection.Problem is not null;
                }
            )
            .QuickCheckThrowOnFailure();
        Prop.ForAll<byte[]>(bytes => Inspect(bytes) is var found && found.Type is null == found.Problem is not null)
            .QuickCheckThrowOnFailure();
    }

    private static byte[] Damage(byte[] sample, int at, byte value, int length)
    {
        var bytes = sample.ToArray();
        bytes[at] = value;
        return length % 3 == 0 ? bytes[..length] : bytes;
    }

    internal static byte[] Make(string sample) =>
        sample switch
        {
            nameof(SampleFiles.Pdf) => SampleFiles.Pdf(),
            nameof(SampleFiles.Zip) => SampleFiles.Zip(),
            _ => (byte[])typeof(SampleFiles).GetMethod(sample)!.Invoke(null, null)!,
        };

    internal static ResumeInspection Inspect(byte[] bytes) => ResumeInspector.Inspect(new MemoryStream(bytes));
}
