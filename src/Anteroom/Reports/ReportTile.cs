using System.Globalization;

namespace Anteroom.Reports;

/// <summary>Whether a change is one for the better.</summary>
public enum Tone
{
    /// <summary>Neither.</summary>
    Even,

    /// <summary>Better.</summary>
    Good,

    /// <summary>Worse.</summary>
    Bad,
}

/// <summary>One of the big figures of a report.</summary>
/// <param name="Label">What it counts.</param>
/// <param name="Value">The figure.</param>
/// <param name="Note">What else there is to know; null for nothing.</param>
/// <param name="Change">The difference to the period before; null when there is nothing to compare.</param>
/// <param name="Tone">Whether that is good, or the figure itself a warning.</param>
/// <param name="Href">The list that it counts, where there is one.</param>
public sealed record ReportTile(
    string Label,
    string Value,
    string? Note = null,
    string? Change = null,
    Tone Tone = Tone.Even,
    string? Href = null
)
{
    /// <summary>The big figures, in their order.</summary>
    /// <param name="figures">Of the period.</param>
    /// <param name="promised">The promised time in words.</param>
    public static IReadOnlyList<ReportTile> Of(Figures figures, string promised)
    {
        var (now, before) = (figures.Totals, figures.Before);
        return
        [
            Counted(T["New leads"], now.Submitted, before.Submitted),
            Counted(T["First contacts"], now.ReachedOut, before.ReachedOut),
            Counted(T["Retained##many"], now.Retained, before.Retained) with
            {
                Note =
                    now.Declined + now.Lost == 0
                        ? null
                        : T["{0} declined, {1} lost", Number(now.Declined), Number(now.Lost)],
            },
            InTime(now, before, promised),
            Timed(T["Median time to first contact"], now.Median, before.Median, figures.TimesAreRounded),
            Timed(
                T["90% contacted within"],
                now.NinetiethPercentile,
                before.NinetiethPercentile,
                figures.TimesAreRounded
            ),
            new(
                T["Waiting too long"],
                Number(figures.Waiting),
                figures.Waiting == 0 ? T["nobody, right now"] : T["more than {0}, right now", promised],
                Tone: figures.Waiting == 0 ? Tone.Even : Tone.Bad,
                Href: "/leads?status=registered"
            ),
            Counted(T["Emails failed"], now.MailFailed, before.MailFailed, moreIsBetter: false),
        ];
    }

    private static ReportTile Counted(string label, long now, long before, bool moreIsBetter = true)
    {
        var difference = now - before;
        var share = before == 0 ? null : (double?)difference / before;
        return new(
            label,
            Number(now),
            Change: difference == 0 ? T["same as before"]
                : share is null ? T["no earlier data"]
                : $"{Signed(difference)} ({(share > 0 ? "+" : "−")}{ReportWords.Percent(Math.Abs(share.Value))})",
            Tone: Toned(difference, moreIsBetter)
        );
    }

    private static ReportTile Timed(string label, TimeSpan? now, TimeSpan? before, bool areRounded)
    {
        if (now is not { } time || before is not { } earlier)
            return new(label, ReportWords.Duration(now, areRounded), now is null ? T["no first contact"] : null);
        var difference = time - earlier;
        return difference.Duration() < TimeSpan.FromSeconds(1)
            ? new(label, ReportWords.Duration(time, areRounded), Change: T["same as before"])
            : new(
                label,
                ReportWords.Duration(time, areRounded),
                Change: T[
                    difference > TimeSpan.Zero ? "{0} slower" : "{0} faster",
                    ReportWords.Duration(difference.Duration(), areRounded)
                ],
                Tone: difference > TimeSpan.Zero ? Tone.Bad : Tone.Good
            );
    }

    private static ReportTile InTime(Totals now, Totals before, string promised)
    {
        var tile = new ReportTile(
            T["Contacted within {0}", promised],
            ReportWords.Percent(now.ShareInTime),
            now.ContactDue == 0
                ? T["none were due"]
                : T["{0} of {1}", Number(now.ContactInTime), ReportWords.Leads(now.ContactDue)]
        );
        if (now.ShareInTime is not { } share || before.ShareInTime is not { } earlier)
            return tile;
        var points = (long)Math.Round((share - earlier) * 100, MidpointRounding.AwayFromZero);
        return tile with
        {
            Change =
                points == 0 ? T["same as before"]
                : Math.Abs(points) == 1 ? T["{0} point", Signed(points)]
                : T["{0} points", Signed(points)],
            Tone = Toned(points, moreIsBetter: true),
        };
    }

    private static Tone Toned(long difference, bool moreIsBetter) =>
        difference == 0 ? Tone.Even
        : difference > 0 == moreIsBetter ? Tone.Good
        : Tone.Bad;

    private static string Number(long number) => ReportWords.Number(number);

    private static string Signed(long number) => (number > 0 ? "+" : "−") + ReportWords.Number(Math.Abs(number));
}
