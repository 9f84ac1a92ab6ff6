using System.Globalization;
using CsvHelper;

namespace Anteroom.Reports;

/// <summary>
/// Figures as a file for spreadsheets: RFC 4180 with a header line, UTF-8 with a byte order mark, without which Excel takes names
/// apart. One table for everything: each line says what it is about, and leaves empty what does not apply. Times are seconds,
/// shares are 0 to 1.
/// </summary>
public static class ReportCsv
{
    private static readonly string[] Header =
    [
        "section",
        "item",
        "new",
        "first_contacts",
        "retained",
        "declined",
        "lost",
        "contacts_due",
        "contacts_within_5_min",
        "share_within_5_min",
        "median_first_contact_s",
        "p90_first_contact_s",
        "emails_failed",
        "leads",
        "capacity",
        "note",
    ];

    // What begins like a formula is text: a name must not run on the reader's machine.
    private static readonly CsvWriterOptions Format = new()
    {
        Injection = CsvInjection.Escape,
        WriteByteOrderMark = true,
    };

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(Figures figures) => Language.En.In(() => WriteAll(figures));

    private static byte[] WriteAll(Figures figures)
    {
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, Format, leaveOpen: true))
            foreach (var row in Rows(figures).Prepend(Header))
                csv.WriteRecord(row);
        return bytes.ToArray();
    }

    private static IEnumerable<string?[]> Rows(Figures figures)
    {
        var zone = figures.Period.Zone;
        var note = figures.TimesAreRounded ? $"{zone.Id}; times are rounded to within four percent" : zone.Id;
        yield return Line("period", figures.Period.Label, figures.Totals, note: note);
        yield return Line("before", "the same time before", figures.Before);
        foreach (var step in figures.Steps)
            yield return Line(figures.Period.StepName, step.Step.Key, step.Totals, withMail: false);
        foreach (var status in LeadStatus.All)
            yield return Leads("status of new leads", status.ToLabel(), figures.Statuses.GetValueOrDefault(status));
        foreach (var status in LeadStatus.All)
            yield return Leads(
                "status of all leads",
                status.ToLabel(),
                figures.StatusesOfAll.GetValueOrDefault(status)
            );
        foreach (var group in figures.Sources)
            yield return Group("source", ReportWords.Source(group.Name), group);
        foreach (var group in figures.PracticeAreas)
            yield return Group("practice area", group.Name ?? "Not given", group);
        foreach (var person in figures.People)
        {
            var line = Line("attorney", person.Name, person.Totals, withMail: false);
            line[13] = Number(person.Open);
            line[14] = person.Capacity is { } capacity ? Number(capacity) : null;
            line[15] = person.IsOverCapacity ? "over capacity" : ReportWords.Absence(person, zone);
            yield return line;
        }

        yield return Leads("waiting", "longer than promised", figures.Waiting);
        foreach (var decline in figures.Declines)
        {
            var line = Empty("declined by reason", ReportWords.Reason(decline.Reason));
            line[5] = Number(decline.Leads);
            yield return line;
        }

        foreach (var failure in figures.MailFailures)
        {
            var line = Empty("emails failed", ReportWords.MailKind(failure.Kind));
            line[12] = Number(failure.Emails);
            yield return line;
        }
    }

    private static string?[] Line(string section, string item, Totals totals, bool withMail = true, string? note = null)
    {
        var line = Empty(section, item);
        line[2] = Number(totals.Submitted);
        line[3] = Number(totals.ReachedOut);
        line[4] = Number(totals.Retained);
        line[5] = Number(totals.Declined);
        line[6] = Number(totals.Lost);
        line[7] = Number(totals.ContactDue);
        line[8] = Number(totals.ContactInTime);
        line[9] = totals.ShareInTime?.ToString("0.####", CultureInfo.InvariantCulture);
        line[10] = Seconds(totals.Median);
        line[11] = Seconds(totals.NinetiethPercentile);
        line[12] = withMail ? Number(totals.MailFailed) : null;
        line[15] = note;
        return line;
    }

    private static string?[] Group(string section, string item, GroupFigures group)
    {
        var line = Empty(section, item);
        line[2] = Number(group.Submitted);
        line[15] =
            $"{ReportWords.Number(group.ReachedOut)} of these have heard from the firm, {ReportWords.Number(group.Retained)} are retained";
        return line;
    }

    private static string?[] Leads(string section, string item, long leads)
    {
        var line = Empty(section, item);
        line[13] = Number(leads);
        return line;
    }

    private static string?[] Empty(string section, string item)
    {
        var line = new string?[Header.Length];
        (line[0], line[1]) = (section, item);
        return line;
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Seconds(TimeSpan? time) =>
        time?.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
