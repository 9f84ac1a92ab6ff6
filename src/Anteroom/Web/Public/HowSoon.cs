using Anteroom.Firm;
using Anteroom.Outreach;
using Microsoft.Extensions.Localization;

namespace Anteroom.Web.Public;

/// <summary>How soon prospects hear from the firm: its own sentence, or one that its outreach keeps.</summary>
internal static class HowSoon
{
    /// <summary>What the outreach needs beside the time that people have: the worker's turn and the mail server's.</summary>
    private static readonly TimeSpan ToDeliver = TimeSpan.FromMinutes(1);

    /// <summary>In the reader's language; null when nothing can be promised.</summary>
    public static string? Say(
        IntakeOptions intake,
        OutreachOptions outreach,
        Promise promise,
        DateTimeOffset now,
        IStringLocalizer<PublicWords> words
    ) => intake.HowSoonIn(Languages.Current) ?? (Kept(outreach, promise, now) is { } kept ? words.Say(kept) : null);

    private static Sentence? Kept(OutreachOptions outreach, Promise promise, DateTimeOffset now)
    {
        var span = Span(outreach.After + ToDeliver);
        return outreach switch
        {
            { Enabled: false } => null,
            // The firm is closed, or closes too soon.
            { InFirmsName: true } when promise.HeardBy(now, outreach.After + ToDeliver) is { } by => HoursWords.By(
                by,
                now,
                promise.Hours!.Zone
            ),
            { InFirmsName: true } => (Sentence)$"We usually reply within {span}.",
            // Somebody has to be there, and given the lead.
            { Assign: true } => (Sentence)$"During office hours, we usually reply within {span}.",
            _ => null,
        };
    }

    private static Sentence Span(TimeSpan time) =>
        time switch
        {
            { TotalMinutes: <= 1 } => "a minute",
            { TotalMinutes: > 4 and <= 5 } => "five minutes",
            { TotalMinutes: <= 59 } => (Sentence)$"{Math.Ceiling(time.TotalMinutes)} minutes",
            { TotalMinutes: <= 61 } => "an hour",
            { TotalHours: <= 48 } => (Sentence)$"{Math.Ceiling(time.TotalHours)} hours",
            _ => (Sentence)$"{Math.Ceiling(time.TotalDays)} days",
        };
}
