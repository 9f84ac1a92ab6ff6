using System.Globalization;

namespace Anteroom.Reports;

/// <summary>
/// Figures as rows for the templates. Each row has its cells by name, and as <c>row</c> the whole line for the plain part, padded
/// with spaces. Lists are null when they are empty, so that <c>{{#if}}</c> leaves their headings out.
/// </summary>
internal static class ReportRows
{
    private const int Label = 28;
    private const int MostPeople = 40;

    /// <summary>What the subject says.</summary>
    public static string Headline(Figures figures) =>
        (figures.IsQuiet ? T["quiet"] : T.Many(figures.Totals.Submitted, "1 new lead", "{0} new leads"))
        + (figures.Waiting == 0 ? "" : ", " + T["{0} waiting too long", ReportWords.Number(figures.Waiting)]);

    /// <summary>A big figure.</summary>
    public static Dictionary<string, object?> Of(ReportTile tile)
    {
        var more = string.Join(", ", new[] { tile.Change, tile.Note }.Where(text => text is not null));
        return Row(
            $"{tile.Label, -Label}{tile.Value, 14}  {more}",
            ("label", tile.Label),
            ("value", tile.Value),
            ("note", tile.Note),
            ("change", tile.Change),
            (
                "color",
                tile.Tone switch
                {
                    Tone.Good => "#1b6539",
                    Tone.Bad => "#a3252b",
                    _ => "#586066",
                }
            )
        );
    }

    /// <summary>Bars: <c>label, count, width, rest</c> (in percent; null when there is no bar) and <c>note</c>.</summary>
    public static List<Dictionary<string, object?>>? Bars(IReadOnlyList<(string Label, long Count, string? Note)> bars)
    {
        var most = bars.Count == 0 ? 0 : bars.Max(bar => bar.Count);
        return most == 0
            ? null
            :
            [
                .. bars.Select(bar =>
                {
                    var width = bar.Count == 0 ? 0 : Math.Max(1, (int)(bar.Count * 100 / most));
                    return Row(
                        $"{Cut(bar.Label), -Label}{ReportWords.Number(bar.Count), 8}  {new string('#', (width + 4) / 5)}{(bar.Note is null ? "" : $"  {bar.Note}")}",
                        ("label", bar.Label),
                        ("count", ReportWords.Number(bar.Count)),
                        ("note", bar.Note),
                        ("width", width == 0 ? null : width.ToString(CultureInfo.InvariantCulture)),
                        ("rest", width == 100 ? null : (100 - width).ToString(CultureInfo.InvariantCulture))
                    );
                }),
            ];
    }

    /// <summary>Where all leads stand now.</summary>
    public static List<Dictionary<string, object?>>? Statuses(Figures figures, string? site)
    {
        var rows = Bars([
            .. LeadStatus.All.Select(status =>
                (T[status.ToLabel()], figures.StatusesOfAll.GetValueOrDefault(status), (string?)null)
            ),
        ]);
        foreach (var (row, status) in (rows ?? []).Zip(LeadStatus.All))
            row["link"] = $"{site}/leads?status={status.ToWire()}";
        return rows;
    }

    /// <summary>What became of the leads of each source or area.</summary>
    public static List<Dictionary<string, object?>>? Groups(
        IReadOnlyList<GroupFigures> groups,
        Func<string?, string> name
    ) =>
        Bars([
            .. groups.Select(group =>
                (
                    name(group.Name),
                    group.Submitted,
                    group.Retained == 0 ? null : T["{0} retained", ReportWords.Number(group.Retained)]
                )
            ),
        ]);

    /// <summary>Everybody's figures.</summary>
    public static List<Dictionary<string, object?>>? People(Figures figures, TimeZoneInfo zone) =>
        NotEmpty(
            figures
                .People.Take(MostPeople)
                .Select(person =>
                {
                    var open = person.Capacity is { } capacity
                        ? T["{0} of {1}", ReportWords.Number(person.Open), ReportWords.Number(capacity)]
                        : ReportWords.Number(person.Open);
                    var totals = person.Totals;
                    var median = ReportWords.Duration(totals.Median, figures.TimesAreRounded);
                    return Row(
                        $"{Cut(ReportWords.Name(person)), -Label}{ReportWords.Number(totals.Submitted), 6}{ReportWords.Number(totals.ReachedOut), 10}"
                            + $"{ReportWords.Number(totals.Retained), 10}{median, 16}{open, 12}",
                        ("name", ReportWords.Name(person)),
                        ("submitted", ReportWords.Number(totals.Submitted)),
                        ("reached_out", ReportWords.Number(totals.ReachedOut)),
                        ("retained", ReportWords.Number(totals.Retained)),
                        ("median", median),
                        ("open", open),
                        ("absence", ReportWords.Absence(person, zone)),
                        ("color", person.IsOverCapacity ? "#a3252b" : "#1c2226")
                    );
                })
        );

    /// <summary>Who has how many open leads.</summary>
    public static List<Dictionary<string, object?>>? Loads(IEnumerable<PersonFigures> people, TimeZoneInfo zone) =>
        NotEmpty(
            people
                .Take(MostPeople)
                .Select(person =>
                {
                    var load = T.Many(
                        person.Open,
                        "1 open lead, at most {1}",
                        "{0} open leads, at most {1}",
                        ReportWords.Number(person.Capacity ?? 0)
                    );
                    var absence = ReportWords.Absence(person, zone);
                    return Row(
                        $"{Cut(person.Name), -Label}  {load}{(absence is null ? "" : $"; {absence}")}",
                        ("name", person.Name),
                        ("load", load),
                        ("absence", absence)
                    );
                })
        );

    /// <summary>The leads that have been waiting longest.</summary>
    public static List<Dictionary<string, object?>>? Waiting(Figures figures, string? site) =>
        NotEmpty(
            figures.WaitingLongest.Select(lead =>
            {
                var time = ReportWords.Duration(figures.At - lead.CreatedAt);
                var whose = lead.AssignedTo ?? T["unassigned"];
                var link = string.Create(CultureInfo.InvariantCulture, $"{site}/leads/{lead.Number}");
                return Row(
                    $"{Cut($"{lead.Number} {lead.Name}"), -Label}  {time}, {whose}\n  {link}",
                    ("number", lead.Number.ToString(CultureInfo.InvariantCulture)),
                    ("name", lead.Name),
                    ("practice_area", lead.PracticeArea is { } area ? T[area] : null),
                    ("whose", whose),
                    ("time", time),
                    ("link", link)
                );
            })
        );

    /// <summary>What could not be delivered.</summary>
    public static List<Dictionary<string, object?>>? Failures(Figures figures) =>
        NotEmpty(
            figures.MailFailures.Select(failure =>
                Row(
                    $"{ReportWords.MailKind(failure.Kind), -Label}{ReportWords.Number(failure.Emails), 8}",
                    ("kind", ReportWords.MailKind(failure.Kind)),
                    ("count", ReportWords.Number(failure.Emails))
                )
            )
        );

    private static List<Dictionary<string, object?>>? NotEmpty(IEnumerable<Dictionary<string, object?>> rows) =>
        rows.ToList() is { Count: > 0 } some ? some : null;

    private static Dictionary<string, object?> Row(string line, params ReadOnlySpan<(string Name, object? Value)> cells)
    {
        var row = new Dictionary<string, object?>(StringComparer.Ordinal) { ["row"] = line.TrimEnd() };
        foreach (var (name, value) in cells)
            row[name] = value;
        return row;
    }

    // A name that is too long for its column; whole characters, for half of one is none.
    private static string Cut(string text)
    {
        var letters = new StringInfo(text);
        return letters.LengthInTextElements < Label ? text : letters.SubstringByTextElements(0, Label - 2) + "…";
    }
}
