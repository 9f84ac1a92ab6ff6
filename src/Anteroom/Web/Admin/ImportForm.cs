using Anteroom.Leads;

namespace Anteroom.Web.Admin;

/// <summary>The form on which somebody says what columns mean.</summary>
internal static class ImportForm
{
    /// <summary>Reads it. What makes no sense is an error of <c>fields</c>.</summary>
    public static ImportChoices Read(IFormCollection form, Import import, out FieldErrors errors)
    {
        errors = new FieldErrors();
        var fields = form["field"];
        var choices = new ImportChoices
        {
            Fields = [.. Enumerable.Range(0, import.Headers.Length).Select(at => fields.ElementAtOrDefault(at) ?? "")],
        };
        if (WireName.TryParse(form["duplicates"], out DuplicateRule rule))
            choices = choices with { Duplicates = rule };
        if (LeadStatus.TryParse(form["status"], out var status))
            choices = choices with { Status = status };
        if (WireName.TryParse(form["dates"], out DateOrder dates))
            choices = choices with { Dates = dates };
        if (Guid.TryParse(form["assigned_to"], out var owner))
            choices = choices with { AssignedTo = owner };
        return choices;
    }
}

/// <summary>What the page of an import shows.</summary>
/// <param name="Import">Which.</param>
/// <param name="Choices">What stands in the form.</param>
/// <param name="Errors">What is wrong with it.</param>
public sealed record ImportView(Import Import, ImportChoices Choices, FieldErrors Errors)
{
    /// <summary>The first rows.</summary>
    public IReadOnlyList<string[]> Examples { get; init; } = [];

    /// <summary>Choices that have a name.</summary>
    public IReadOnlyList<ImportPreset> Presets { get; init; } = [];

    /// <summary>Who can have the leads.</summary>
    public IReadOnlyList<Attorney> Attorneys { get; init; } = [];

    /// <summary>An earlier import of the same file.</summary>
    public Import? SameFile { get; init; }

    /// <summary>The outcome whose rows are shown; null for none.</summary>
    public RowOutcome? Show { get; init; }

    /// <summary>These rows.</summary>
    public IReadOnlyList<ShownRow> Rows { get; init; } = [];

    /// <summary>The line after which the next page begins; null on the last.</summary>
    public long? Next { get; init; }

    /// <summary>How many rows of each outcome there are, those first that somebody should look at.</summary>
    public IReadOnlyList<(RowOutcome Outcome, int Count)> Outcomes => OutcomesOf(Import);

    /// <summary>What is shown first.</summary>
    public static RowOutcome? FirstShown(Import import) =>
        OutcomesOf(import) is [var (outcome, _), ..] ? outcome : null;

    private static List<(RowOutcome Outcome, int Count)> OutcomesOf(Import import)
    {
        List<(RowOutcome Outcome, int Count)> all = import.State switch
        {
            ImportState.Checked =>
            [
                (RowOutcome.Refused, import.Refused),
                (RowOutcome.Skip, import.Skipped),
                (RowOutcome.Update, import.Updated),
                (RowOutcome.New, import.Added),
            ],
            ImportState.Done =>
            [
                (RowOutcome.Refused, import.Refused),
                (RowOutcome.Skip, import.Skipped),
                (RowOutcome.Updated, import.Updated),
                (RowOutcome.Added, import.Added),
            ],
            ImportState.Reverted =>
            [
                (RowOutcome.LeftAlone, import.LeftAlone),
                (RowOutcome.TakenBack, import.TakenBack),
                (RowOutcome.Refused, import.Refused),
            ],
            _ => [],
        };
        return all.FindAll(each => each.Count > 0);
    }
}
