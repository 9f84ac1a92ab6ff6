using System.IO.Compression;
using System.Text;
using Anteroom.Leads;
using Anteroom.Tests.Resumes;
using FsCheck;
using FsCheck.Fluent;
using MiniExcelLibs;

namespace Anteroom.Tests.Leads.Importing;

/// <summary>Tables are read whatever program wrote them; a hostile one is refused in a sentence, soon.</summary>
public sealed class SheetTests
{
    private static readonly string[][] People =
    [
        ["Name", "Correo", "Note"],
        ["Zoë \"Z\" Lovelace", "zoe@example.com", "First line\nsecond; with, signs"],
        ["José Núñez", "jose@example.com", "=1+1"],
    ];

    public static TheoryData<string, string, string> Kinds()
    {
        var kinds = new TheoryData<string, string, string>();
        foreach (var encoding in (string[])["utf-8", "utf-8-bom", "utf-16", "utf-16BE", "windows-1252"])
        foreach (var separator in (string[])[",", ";", "\t", "|"])
            kinds.Add(encoding, separator, separator == ";" ? "\r\n" : "\n");
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_CSV_file_is_read_in_its_encoding_with_its_separator(string encoding, string separator, string end)
    {
        var text = string.Concat(People.Select(row => string.Join(separator, row.Select(Quoted)) + end));
        var bytes = encoding switch
        {
            "utf-8" => Encoding.UTF8.GetBytes(text),
            "utf-8-bom" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)],
            "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(text),
            _ => [.. Encoding.GetEncoding(encoding).GetPreamble(), .. Encoding.GetEncoding(encoding).GetBytes(text)],
        };

        Assert.Equal(
            People,
            Read(bytes)
                .Select(row => row.Cells.Select(cell => cell.Replace("\r", "", StringComparison.Ordinal)).ToArray())
        );
    }

    [Fact]
    public void The_first_letter_beyond_ASCII_may_come_late()
    {
        var western = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        var text =
            "name,email\n"
            + string.Concat(Enumerable.Repeat("Ada,ada@example.com\n", 40_000))
            + "Zoë,zoe@example.com\n";

        Assert.Equal("Zoë", Read(western.GetBytes(text))[^1].Cells[0]);
        Assert.Equal("Zoë", Read(Encoding.UTF8.GetBytes(text))[^1].Cells[0]);
    }

    [Fact]
    public void Excels_own_hint_names_the_separator() =>
        Assert.Equal(["a,b", "c"], Read("sep=;\na,b;c\n"u8.ToArray())[^1].Cells);

    [Fact]
    public void A_workbook_gives_texts_numbers_and_dates_as_people_would_type_them()
    {
        var bytes = Workbook(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["Name"] = "Zoë",
                ["Phone"] = 12125550100d,
                ["Received"] = new DateTime(2026, 3, 14),
                ["At"] = new DateTime(2026, 3, 14, 15, 9, 26),
                ["Formula"] = "=1+1",
                ["Empty"] = null,
            }
        );

        Assert.Equal(["Zoë", "12125550100", "2026-03-14", "2026-03-14T15:09:26", "=1+1"], Read(bytes)[1].Cells);
        Assert.Equal(["Name", "Phone", "Received", "At", "Formula", "Empty"], Read(bytes)[0].Cells);
    }

    [Fact]
    public void A_formula_is_what_was_calculated_when_the_workbook_was_saved() =>
        Assert.Equal(
            ["Ada", "7"],
            Read(
                Sheet1(
                    """<row r="1"><c r="A1" t="inlineStr"><is><t>Ada</t></is></c><c r="B1"><f>WEBSERVICE("http://example.com")</f><v>7</v></c></row>"""
                )
            )[0].Cells
        );

    [Theory]
    [InlineData("", "This file is empty.")]
    [InlineData("%PDF-1.7", "This is a PDF.")]
    [InlineData("\u00D0\u00CF\u0011\u00E0\u00A1\u00B1\u001A\u00E1", "This is a workbook of an old Excel")]
    [InlineData("PK\u0003\u0004 no zip at all", "This workbook cannot be read")]
    public void What_is_no_table_is_refused(string content, string problem) =>
        Assert.StartsWith(problem, Problem(Encoding.Latin1.GetBytes(content)), StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_zipped_and_no_workbook_is_refused() =>
        Assert.StartsWith("This file is no Excel workbook.", Problem(SampleFiles.Zip()), StringComparison.Ordinal);

    [Fact]
    public void Too_many_rows_or_columns_and_a_row_that_never_ends_are_refused()
    {
        Assert.StartsWith(
            "This file has more than 250,000 rows.",
            Problem(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a,b\n", 250_001)))),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "This file has more than 100 columns.",
            Problem(Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Repeat("a", 5_000)))),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "This file cannot be read as CSV",
            Problem(Encoding.ASCII.GetBytes("name,email\n\"" + new string('x', 5_000_000))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            using var part = zip.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
            for (var written = 0; written < 1_100; written++)
                part.Write(zeros);
        }

        Assert.StartsWith(
            "This workbook is too large when it is unpacked.",
            Problem(memory.ToArray()),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_workbook_that_says_it_is_a_million_wide_is_read_no_further()
    {
        Assert.StartsWith(
            "This file has more than 100 columns.",
            Problem(Sheet1("""<row r="1"><c r="XFD1" t="inlineStr"><is><t>far</t></is></c></row>""")),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "This file has more than 100 columns.",
            Problem(
                Sheet1(
                    """<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>"""
                )
            ),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "This file has more than 250,000 rows.",
            Problem(Sheet1("""<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>far</t></is></c></row>""")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Entities_that_multiply_are_refused() =>
        Assert.StartsWith(
            "This workbook cannot be read",
            Problem(
                Sheet1(
                    "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&b;</t></is></c></row>",
                    """<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>"""
                )
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Any_table_comes_back_as_it_was_written_whatever_stands_in_it() =>
        Prop.ForAll(
                Texts().ArrayOf(3).NonEmptyListOf().ToArbitrary(),
                rows =>
                {
                    var csv = string.Concat(rows.Select(row => string.Join(',', row.Select(Quoted)) + "\n"));
                    // What is nothing but space is an empty cell, and an empty row is none.
                    var expected = rows.Select(row => row.Select(cell => cell.Trim()).ToList())
                        .Where(row => row.Exists(cell => cell.Length > 0))
                        .Select(row => string.Join('\u001F', row).TrimEnd('\u001F'));
                    var read = Read(Encoding.UTF8.GetBytes("\uFEFF" + csv))
                        .Select(row => string.Join('\u001F', row.Cells));
                    Assert.Equal(expected, read);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_file_with_any_bytes_changed_gives_rows_or_a_sentence()
    {
        var workbook = Workbook(
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["Name"] = "Ada",
                ["At"] = new DateTime(2026, 1, 1),
            }
        );
        var csv = Encoding.UTF8.GetBytes("Name;Correo\n\"Zoë\";zoe@example.com\n");
        var random = new Random(20261129);
        for (var round = 0; round < 600; round++)
        {
            var bytes = (byte[])(round % 2 == 0 ? workbook : csv).Clone();
            for (var change = random.Next(1, 12); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                foreach (var row in Read(random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes))
                    Assert.All(row.Cells, cell => Assert.DoesNotContain('\0', cell));
            }
            catch (UnreadableSheetException problem)
            {
                Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("First Name", "first_name")]
    [InlineData("SURNAME", "last_name")]
    [InlineData("E-mail address", "email")]
    [InlineData("Correo electrónico", "email")]
    [InlineData("Telefon", "phone")]
    [InlineData("Phone numbr", "phone")]
    [InlineData("Case type", "practice_area")]
    [InlineData("Company", "")]
    [InlineData("Lead owner", "assigned_to")]
    public void Columns_are_guessed_by_their_names(string header, string field) =>
        Assert.Equal([field], ImportField.Guess([header]));

    [Fact]
    public void No_field_is_guessed_twice() =>
        Assert.Equal(
            ["email", "", "full_name", "first_name"],
            ImportField.Guess(["Email", "E-Mail", "Name", "First name"])
        );

    private static Gen<string> Texts() =>
        Gen.Elements("a", "Zoë", "\"", ",", ";", "\n", "\r\n", " ", "'", "=cmd", "\t", "李", "🙂", "|", "")
            .ListOf()
            .Select(parts => string.Concat(parts).Replace("\r\n", "\n", StringComparison.Ordinal));

    private static List<SheetRow> Read(byte[] bytes)
    {
        using var file = new MemoryStream(bytes);
        return [.. Sheet.Read(file, Sheet.KindOf(file))];
    }

    private static string Problem(byte[] bytes) => Assert.Throws<UnreadableSheetException>(() => Read(bytes)).Message;

    private static string Quoted(string cell) => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static byte[] Workbook(Dictionary<string, object?> row)
    {
        using var memory = new MemoryStream();
        memory.SaveAs(new[] { row });
        return memory.ToArray();
    }

    /// <summary>A workbook with nothing but these rows.</summary>
    private static byte[] Sheet1(string rows, string before = "") =>
        SampleFiles.Zip(
            (
                "[Content_Types].xml",
                """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"""
            ),
            (
                "xl/workbook.xml",
                """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
            ),
            (
                "xl/_rels/workbook.xml.rels",
                """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
            ),
            (
                "xl/worksheets/sheet1.xml",
                $"""<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"""
            )
        );
}
