using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Outreach;
using Microsoft.Extensions.Options;

namespace Anteroom.Reports;

/// <summary>Writes a period's figures as an email; both parts say the same.</summary>
public sealed class ReportEmails(
    ReadFigures read,
    EmailWriter writer,
    Promise promise,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>The email to <paramref name="reader"/>.</summary>
    internal async Task<Email> WriteAsync(
        EmailKind kind,
        Reader reader,
        Figures figures,
        CancellationToken cancellation
    )
    {
        // A day alone says little: its chart is the week that it ends.
        var days =
            figures.Period.Days > 1
                ? figures.Steps
                : await read.SubmittedAsync(
                    figures.Period with
                    {
                        First = figures.Period.First.AddDays(-6),
                    },
                    figures.Scope,
                    cancellation
                );
        return writer.Write(kind, reader.To, reader.To.Reads.In(() => Values(reader, figures, days)), time.GetUtcNow());
    }

    /// <summary>The merge fields of both kinds.</summary>
    private Dictionary<string, object?> Values(Reader reader, Figures figures, IReadOnlyList<StepFigures> days)
    {
        var site = firm.Value.PublicUrl?.TrimEnd('/');
        var own = reader.Role == Role.Administrator ? "" : "&assigned_to=me";
        var period = figures.Period;
        var zone = period.Zone;
        var tiles = ReportTile.Of(figures, T[promise.Time]).Select(ReportRows.Of).ToList();
        var missed = Missed(reader, period);
        return new(StringComparer.Ordinal)
        {
            ["firm"] = firm.Value.Name,
            ["name"] = reader.To.Name ?? firm.Value.Name,
            ["period"] = period.Label,
            ["whose"] = reader.Role == Role.Administrator ? T["the whole firm"] : T["your leads"],
            ["headline"] = ReportRows.Headline(figures),
            ["quiet"] = figures.IsQuiet ? "yes" : null,
            ["missed"] = missed?.Label,
            ["missed_link"] = missed is null ? null : $"{site}/reports?{Dates(missed)}{own}",
            ["before"] = period.Days == 1 ? T["the day before"] : T["the week before"],
            ["tiles"] = tiles,
            ["tile_rows"] = tiles
                .Chunk(2)
                .Select(pair => new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["left"] = pair[0],
                    ["right"] = pair[^1],
                })
                .ToList(),
            ["days"] = ReportRows.Bars([
                .. days.Select(day => (Day(day.Step, period), day.Totals.Submitted, (string?)null)),
            ]),
            ["statuses"] = ReportRows.Statuses(figures, site),
            ["practice_areas"] = ReportRows.Groups(figures.PracticeAreas, name => T[name ?? "Not given"]),
            ["sources"] = ReportRows.Groups(figures.Sources, ReportWords.Source),
            ["attorneys"] = reader.Role == Role.Administrator ? ReportRows.People(figures, zone) : null,
            ["over_capacity"] = ReportRows.Loads(figures.OverCapacity, zone),
            ["missing"] = ReportRows.Loads(figures.Missing, zone),
            ["waiting"] = ReportRows.Waiting(figures, site),
            ["waiting_count"] = figures.Waiting == 0 ? null : ReportWords.Leads(figures.Waiting),
            ["mail_failures"] = ReportRows.Failures(figures),
            ["counted"] =
                TimeZoneInfo
                    .ConvertTime(figures.At, zone)
                    .ToString(T["MMMM d, yyyy, HH:mm"], CultureInfo.CurrentCulture) + $" ({zone.Id})",
            ["link"] = $"{site}/reports?{Dates(period)}{own}",
            ["waiting_link"] = $"{site}/leads?status=registered",
            ["settings_link"] = reader.User is null ? $"{site}/admin/settings" : $"{site}/me",
            ["shared"] = reader.User is null ? "yes" : null,
        };
    }

    private static string Day(PeriodStep step, ReportPeriod period) =>
        TimeZoneInfo.ConvertTime(step.From, period.Zone).ToString(T["ddd, MMM d"], CultureInfo.CurrentCulture);

    /// <summary>The periods between the last report and this one, for which none was written.</summary>
    private static ReportPeriod? Missed(Reader reader, ReportPeriod period)
    {
        if (reader.LastPeriod is not { } last)
            return null;
        var missed = period with { First = last.AddDays(period.Days), Last = period.First.AddDays(-1) };
        // A day that the place left out is not missed.
        return missed.First <= missed.Last && missed.From < missed.To ? missed : null;
    }

    private static string Dates(ReportPeriod period) =>
        string.Create(CultureInfo.InvariantCulture, $"from={period.First:yyyy-MM-dd}&to={period.Last:yyyy-MM-dd}");
}
