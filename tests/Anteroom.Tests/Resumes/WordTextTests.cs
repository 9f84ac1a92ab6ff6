using System.Buffers.Binary;
using System.Diagnostics;
using Anteroom.Resumes;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Resumes;

/// <summary>The text of Word 97–2003 documents, whole and damaged.</summary>
[Trait("Category", "Slow")]
public sealed class WordTextTests
{
    private static readonly WordFile Mixed = new("Résumé \u0096 ", "Łódź \uD83D", "\uDE00\r2019", "\u00962026\r", "€\r")
    {
        After = "A footnote\r",
    };

    private static Task<string?> ReadAsync(byte[] file) => Task.FromResult(ResumeText.Read(file, ResumeType.Doc)?.Text);

    private static Task<string?> TextOfAsync(params string[] pieces) => ReadAsync(new WordFile(pieces).ToBytes());

    [Theory]
    [InlineData(0, 9)]
    [InlineData(0, 12)]
    [InlineData(4095, 9)]
    [InlineData(4096, 9)]
    [InlineData(5000, 12)]
    [InlineData(100_000, 9)]
    public async Task The_main_text_is_put_together_from_its_pieces(int least, int shift)
    {
        foreach (var table in new[] { "0Table", "1Table" })
        {
            var file = Mixed with { Least = least, Shift = shift, Table = table };
            Assert.Equal(ResumeType.Doc, ResumeInspector.Inspect(new MemoryStream(file.ToBytes())).Type);
            Assert.Equal("Résumé – Łódź 😀\n2019–2026\n€", await ReadAsync(file.ToBytes()));
        }
    }

    [Fact]
    public async Task A_file_whose_sector_table_has_no_room_in_the_header_is_read()
    {
        var text = await TextOfAsync("The end of the file comes first. ", new string('x', 7_200_000));

        Assert.StartsWith("The end of the file comes first. xxx", text, StringComparison.Ordinal);
        Assert.Equal(ResumeText.Longest, text!.Length);
    }

    [Fact]
    public async Task Of_a_field_its_result_is_shown()
    {
        Assert.Equal(
            "See our own page!",
            await TextOfAsync(
                "See \u0013 HYPERLINK \"https://example.com/\" \u0001\u0014our \u0013 STYLEREF x ",
                "\u0014own\u0015 page\u0015!"
            )
        );
        Assert.Equal(
            "It is Monday.",
            await TextOfAsync("It is \u0013 IF \u0013 DATE \u00141 May\u0015 = 1 \u0013 PAGE \u0015\u0014Monday\u0015.")
        );
        Assert.Equal("ab", await TextOfAsync("a\u0013 XE \"index\" \u0015b"));
        Assert.Equal("abc", await TextOfAsync("\u0015a\u0014b\u0015c\u0013 never ends"));
    }

    [Fact]
    public async Task Marks_become_lines_tabs_and_hyphens_or_nothing()
    {
        Assert.Equal(
            "Year\tFirm\t\n2019\tŁódź\nand\tWarsaw\t\nend",
            await TextOfAsync("Year\aFirm\a\a2019\aŁódź\rand\aWarsaw\a\aend")
        );
        Assert.Equal("a\nb\nc\nd", await TextOfAsync("a\vb\fc\u000Ed"));
        Assert.Equal(
            "e-mail, résumé, 5\u00A0%",
            await TextOfAsync("e\u001Email, ré\u001Fsumé\u0001\u0002\u0008, 5\u00A0%")
        );
    }

    [Fact]
    public async Task Encrypted_documents_and_those_of_older_versions_have_no_text()
    {
        Assert.Null(await ReadAsync((Mixed with { IsEncrypted = true }).ToBytes()));
        foreach (var version in new ushort[] { 0, 101, 104, 0xBF })
            Assert.Null(await ReadAsync((Mixed with { Version = version }).ToBytes()));
        foreach (var version in new ushort[] { 0xC0, 0xC2, 0xD9, 0x101, 0x112 })
            Assert.NotNull(await ReadAsync((Mixed with { Version = version }).ToBytes()));
        Assert.Null(await ReadAsync(CompoundWriter.Write("WordDocument", "1Table")));
        Assert.Null(await ReadAsync(CompoundWriter.Write("Workbook")));
        Assert.Null(await ReadAsync("Łódź.."u8.ToArray()));
        Assert.Null(await ReadAsync([]));
    }

    [Fact]
    public async Task No_number_in_the_file_whatever_it_is_does_harm()
    {
        var watch = Stopwatch.StartNew();
        foreach (var least in new[] { 0, 4096 })
        {
            var file = (Mixed with { Least = least }).ToBytes();
            for (var at = 0; at <= file.Length - 4; at += 2)
                foreach (var value in new uint[] { 0, 1, 0x7FFFFFFF, 0xFFFFFFFF })
                {
                    var before = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
                    BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
                    await ReadAsync(file);
                    BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), before);
                }

            for (var length = 0; length < file.Length; length += 13)
                await ReadAsync(file[..length]);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    [Fact]
    public void Damage_gives_text_that_can_be_shown_or_none()
    {
        byte[][] files =
        [
            Mixed.ToBytes(),
            (Mixed with { Least = 4096 }).ToBytes(),
            (Mixed with { Shift = 12 }).ToBytes(),
        ];
        var damaged =
            from file in Gen.Elements(files)
            from places in Gen.Choose(0, file.Length - 1).ListOf()
            from values in Gen.Choose(0, 255).ArrayOf(places.Count)
            from length in Gen.Choose(0, 2 * file.Length)
            select Damage(file, [.. places], values, length);

        Prop.ForAll(
                damaged.ToArbitrary(),
                (byte[] file) =>
                    ReadAsync(file).GetAwaiter().GetResult() is not { } text
                    || !text.Any(one => char.IsControl(one) && one is not ('\n' or '\t'))
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public async Task A_text_that_repeats_itself_for_ever_ends()
    {
        const int piece = 1_000_000;
        const int pieces = 4000;
        var document = new byte[1024 + piece];
        BinaryPrimitives.WriteUInt16LittleEndian(document.AsSpan(2), 0xC1);
        BinaryPrimitives.WriteUInt32LittleEndian(document.AsSpan(0x4C), uint.MaxValue);
        document.AsSpan(1024).Fill(0x13); // fields in fields, of which nothing is shown
        byte[] table =
        [
            2,
            .. BitConverter.GetBytes(12 * pieces + 4),
            .. Enumerable.Range(0, pieces + 1).SelectMany(i => BitConverter.GetBytes((uint)i * piece)),
            .. Enumerable.Range(0, pieces).SelectMany(_ => (byte[])[0, 0, 0, 0x08, 0, 0x40, 0, 0]),
        ];
        BinaryPrimitives.WriteInt32LittleEndian(document.AsSpan(0x1A6), table.Length);

        var watch = Stopwatch.StartNew();
        Assert.Null(await ReadAsync(CompoundWriter.Write(9, ("WordDocument", document), ("0Table", table))));
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"{watch.Elapsed}");
    }

    private static byte[] Damage(byte[] file, int[] places, int[] values, int length)
    {
        var damaged = file.ToArray();
        foreach (var (place, value) in places.Zip(values))
            damaged[place] = (byte)value;
        return damaged[..Math.Min(length, damaged.Length)];
    }
}
