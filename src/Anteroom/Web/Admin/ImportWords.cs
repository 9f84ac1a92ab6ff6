using System.Globalization;
using System.Text.RegularExpressions;
using Anteroom.Leads;

namespace Anteroom.Web.Admin;

/// <summary>Imports in words.</summary>
internal static partial class ImportWords
{
    /// <summary>How far it has come.</summary>
    public static string Of(ImportState state) =>
        state switch
        {
            ImportState.Read => T["Columns to be chosen"],
            ImportState.Checking => T["Checking rows"],
            ImportState.Checked => T["Ready to import"],
            ImportState.Writing => T["Importing"],
            ImportState.Done => T["Imported"],
            ImportState.Reverting => T["Taking back"],
            _ => T["Taken back"],
        };

    /// <summary>The color of that.</summary>
    public static string Style(ImportState state) =>
        state switch
        {
            ImportState.Done => "pill-sent",
            ImportState.Checking or ImportState.Writing or ImportState.Reverting => "pill-sending",
            _ => "pill-queued",
        };

    /// <summary>Where from.</summary>
    public static string Of(ImportKind kind) =>
        kind switch
        {
            ImportKind.Csv => T["CSV file"],
            ImportKind.Xlsx => T["Excel workbook"],
            ImportKind.Django => T["Django application"],
            _ => T["FastAPI service"],
        };

    /// <summary>What becomes of rows, as a tab says it.</summary>
    public static string Of(RowOutcome outcome) =>
        outcome switch
        {
            RowOutcome.New => T["New leads"],
            RowOutcome.Update => T["Change a lead"],
            RowOutcome.Skip => T["Left out"],
            RowOutcome.Refused => T["Cannot be taken"],
            RowOutcome.Added => T["New leads"],
            RowOutcome.Updated => T["Changed leads"],
            RowOutcome.TakenBack => T["Taken back"],
            _ => T["Worked on since, so left alone"],
        };

    /// <summary>What is done with a duplicate.</summary>
    public static string Of(DuplicateRule rule) =>
        rule switch
        {
            DuplicateRule.Skip => T["Leave it out"],
            DuplicateRule.New => T["Make another lead"],
            _ => T["Change the lead"],
        };

    /// <summary>Why something becomes of a row, in the reader's language; empty for no reason.</summary>
    public static string Why(ShownRow row)
    {
        if (row.Problems.Count > 0)
            return string.Join(' ', row.Problems.Select(problem => $"{T[problem.Field]}: {T.Say(problem.Sentence)}"));
        if (row.Reason is not { } reason)
            return "";
        // They are written by the database, in English.
        var format = Number().Replace(reason, "{0}");
        return Number().Match(reason) is { Success: true } number && Known.Contains(format, StringComparer.Ordinal)
            ? T[format, number.Value]
            : reason;
    }

    private static readonly string[] Known =
    [
        "Imported before, as lead {0}.",
        "The same person as in row {0}.",
        "The same person is lead {0}.",
        "Lead {0} has all of it already.",
        "Changed lead {0}.",
    ];

    /// <summary>A number, as people of the reader's language write it.</summary>
    public static string Figure(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    [GeneratedRegex("[0-9]+", RegexOptions.None, 1_000)]
    private static partial Regex Number();
}
