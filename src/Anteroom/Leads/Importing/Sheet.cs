using System.Globalization;
using System.IO.Compression;
using System.Text;
using Anteroom.Resumes;
using CsvHelper;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace Anteroom.Leads;

/// <summary>A file that cannot be read as a table; the message says what would be right.</summary>
public sealed class UnreadableSheetException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A row of a table, with its number as spreadsheet programs count: the first is 1.</summary>
internal readonly record struct SheetRow(int Number, string[] Cells);

/// <summary>
/// Reads CSV files and workbooks of Excel's row by row, within bounds that no file can lift: <see cref="MostRows"/>,
/// <see cref="MostColumns"/>, <see cref="LongestCell"/>, <see cref="MostUnpacked"/>. Formulas are never calculated: what stands in a cell is text.
/// </summary>
internal static class Sheet
{
    /// <summary>The largest file.</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    /// <summary>The most rows, empty ones included.</summary>
    public const int MostRows = 250_000;

    /// <summary>The most columns.</summary>
    public const int MostColumns = 100;

    /// <summary>Longer cells are cut off, and too long then for every field.</summary>
    public const int LongestCell = 10_000;

    // A workbook is a ZIP: what it says its parts are long, unpacked; .NET unpacks no more than that.
    private const long MostUnpacked = 1024L * 1024 * 1024;
    private const int MostParts = 2_000;
    private const int WidestRow = 256;
    private const int LongestRecord = 2 * 1024 * 1024;
    private const int Sample = 256 * 1024;

    /// <summary>Which kind of table it is, by its first bytes.</summary>
    /// <exception cref="UnreadableSheetException">It is none that is read.</exception>
    public static ImportKind KindOf(Stream file)
    {
        Span<byte> start = stackalloc byte[8];
        file.Position = 0;
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return start[..read] switch
        {
            [] => throw new UnreadableSheetException("This file is empty."),
            [0x50, 0x4B, 0x03, 0x04, ..] => ImportKind.Xlsx,
            [0xD0, 0xCF, 0x11, 0xE0, ..] => throw new UnreadableSheetException(
                "This is a workbook of an old Excel, or one with a password. Save it as .xlsx without a password, or as CSV."
            ),
            [0x25, 0x50, 0x44, 0x46, ..] => throw new UnreadableSheetException(
                "This is a PDF. Choose a CSV file or an Excel workbook (.xlsx)."
            ),
            _ => ImportKind.Csv,
        };
    }

    /// <summary>The rows that have anything in them.</summary>
    /// <exception cref="UnreadableSheetException">The file is damaged, or larger than allowed; said once the rows before are read.</exception>
    public static IEnumerable<SheetRow> Read(Stream file, ImportKind kind)
    {
        var rows = kind == ImportKind.Xlsx ? ReadWorkbook(file) : ReadCsv(file);
        using var reading = rows.GetEnumerator();
        while (true)
        {
            SheetRow row;
            try
            {
                if (!reading.MoveNext())
                    yield break;
                row = reading.Current;
            }
            catch (Exception error) when (error is not (UnreadableSheetException or OutOfMemoryException))
            {
                // Readers of hostile files fail in a hundred ways.
                throw new UnreadableSheetException(
                    kind == ImportKind.Xlsx
                        ? "This workbook cannot be read: it is damaged, or no .xlsx. Open it in your spreadsheet program and save it again, or as CSV."
                        : "This file cannot be read as CSV: a row never ends, or its quotes do not match.",
                    error
                );
            }

            if (row.Number > MostRows)
                throw new UnreadableSheetException(
                    $"This file has more than {MostRows.ToString("N0", CultureInfo.InvariantCulture)} rows. Split it into several."
                );
            if (row.Cells.Length > MostColumns)
                throw TooWide();
            if (Array.Exists(row.Cells, cell => cell.Length > 0))
                yield return row;
        }
    }

    private static IEnumerable<SheetRow> ReadCsv(Stream file)
    {
        var encoding = EncodingOf(file);
        file.Position = 0;
        var options = new CsvReaderOptions
        {
            HasHeader = false,
            MaxRecordSize = LongestRecord,
            DetectSeparatorHint = true,
            SkipEmptyLines = false,
            IncludeValuesInExceptions = false,
        };
        using var text = new StreamReader(file, encoding, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        using var csv = CsvReader.Create(text, options, leaveOpen: true);
        for (var number = 1; csv.Read(); number++)
        {
            // Not more than is looked at: a record can have a million fields.
            var cells = new string[Math.Min(csv.FieldCount, MostColumns + 1)];
            for (var at = 0; at < cells.Length; at++)
                cells[at] = Clean(csv.GetString(at));
            yield return new(number, Trimmed(cells));
        }
    }

    private static IEnumerable<SheetRow> ReadWorkbook(Stream file)
    {
        CheckParts(file);
        file.Position = 0;
        var configuration = new OpenXmlConfiguration
        {
            FillMergedCells = false,
            // Into memory: what it can take is bounded, and nothing is left on a disk.
            EnableSharedStringCache = false,
            Culture = CultureInfo.InvariantCulture,
        };
        var number = 0;
        foreach (
            IDictionary<string, object?> row in MiniExcel.Query(
                file,
                useHeaderRow: false,
                excelType: ExcelType.XLSX,
                configuration: configuration
            )
        )
        {
            number++;
            // The reader makes up what is missing: rows between two rows, each as wide as the widest.
            if (row.Count > WidestRow)
                throw TooWide();
            var cells = new string[Math.Min(row.Count, MostColumns + 1)];
            var at = 0;
            foreach (var cell in row.Values.Take(MostColumns))
                cells[at++] = Clean(TextOf(cell));
            // Workbooks say that they are wider than they are: only what has something in it counts, wherever it is.
            if (row.Count > MostColumns)
                cells[MostColumns] = row.Values.Skip(MostColumns).Any(cell => cell is not null) ? "…" : "";
            yield return new(number, Trimmed(cells));
        }
    }

    private static UnreadableSheetException TooWide() =>
        new(
            $"This file has more than {MostColumns} columns. Delete those that are not needed, the empty ones as well."
        );

    private static void CheckParts(Stream file)
    {
        file.Position = 0;
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.Count > MostParts || zip.Entries.Sum(part => part.Length) > MostUnpacked)
            throw new UnreadableSheetException("This workbook is too large when it is unpacked. Save it as CSV.");
        if (!zip.Entries.Any(part => part.FullName.StartsWith("xl/", StringComparison.OrdinalIgnoreCase)))
            throw new UnreadableSheetException(
                "This file is no Excel workbook. Choose a CSV file or an Excel workbook (.xlsx)."
            );
    }

    /// <summary>A value as people would type it: dates as ISO 8601, numbers without exponents.</summary>
    private static string TextOf(object? value) =>
        value switch
        {
            null => "",
            string text => text,
            DateTime { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
            double number when Math.Abs(number) < 1e15 && number == Math.Floor(number) => number.ToString(
                "F0",
                CultureInfo.InvariantCulture
            ),
            bool yes => yes ? "true" : "false",
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    /// <summary>Without what no text of ours may hold: zeros, and halves of characters.</summary>
    private static string Clean(string? cell)
    {
        if (string.IsNullOrWhiteSpace(cell))
            return "";
        if (cell.Length > LongestCell + 1)
            cell = cell[..(LongestCell + 1)];
        cell = cell.Replace('\0', '\uFFFD').Trim();
        return cell.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0
            ? cell
            : string.Concat(cell.EnumerateRunes().Select(rune => rune.ToString()));
    }

    private static string[] Trimmed(string[] cells)
    {
        var length = cells.Length;
        while (length > 0 && cells[length - 1].Length == 0)
            length--;
        return length == cells.Length ? cells : cells[..length];
    }

    /// <summary>UTF-8 if all of it is; else what it looks like, and Windows-1252 when it looks like nothing.</summary>
    private static Encoding EncodingOf(Stream file)
    {
        file.Position = 0;
        var start = new byte[(int)Math.Min(Sample, file.Length)];
        file.ReadExactly(start);
        var guess = TextEncodings.Guess(start);
        if (guess is UnicodeEncoding)
            return guess;
        // All of it: the first letter beyond ASCII may be anywhere.
        file.Position = 0;
        return IsUtf8(file) ? Encoding.UTF8
            : guess is UTF8Encoding ? TextEncodings.Western
            : guess;
    }

    private static bool IsUtf8(Stream file)
    {
        var decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
        var bytes = new byte[Sample];
        var letters = new char[Sample + 4];
        try
        {
            int read;
            while ((read = file.Read(bytes)) > 0)
                decoder.GetChars(bytes, 0, read, letters, 0, flush: false);
            decoder.GetChars([], 0, 0, letters, 0, flush: true);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
