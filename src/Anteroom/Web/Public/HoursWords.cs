using System.Globalization;
using Anteroom.Firm;
using Microsoft.Extensions.Localization;

namespace Anteroom.Web.Public;

/// <summary>Times of the firm as prospects read them.</summary>
internal static class HoursWords
{
    /// <summary>The hours of the week: <c>Monday to Friday, 9:00 a.m. to 5:00 p.m.</c>, in the language of the page.</summary>
    public static string Week(OfficeHours hours, IStringLocalizer<PublicWords> words)
    {
        var groups = new List<string>();
        for (var day = 0; day < hours.Week.Count; day++)
        {
            if (hours.Week[day].Count == 0)
                continue;
            var last = day;
            while (last + 1 < hours.Week.Count && hours.Week[last + 1].SequenceEqual(hours.Week[day]))
                last++;
            string days =
                last == day ? Day(day)
                : last == day + 1 ? words["{0} and {1}", Day(day), Day(last)]
                : words["{0} to {1}", Day(day), Day(last)];
            var spans = hours
                .Week[day]
                .Select(span => (string)words["from {0} to {1}", Time(span.From), Time(span.Until)]);
            groups.Add($"{days}, {string.Join(words[" and "], spans)}");
            day = last;
        }

        var all = string.Join("; ", groups);
        return string.Concat(char.ToUpper(all[0], CultureInfo.CurrentUICulture), all[1..]);
    }

    /// <summary>By when: <c>Monday, 9:05 a.m.</c>, in the language of the page. In English, the time ends the sentence.</summary>
    public static Sentence By(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = FirmTime.Local(at, zone);
        var time = Clock(local);
        return FirmTime.Days(at, now, zone) switch
        {
            0 => (Sentence)$"Somebody will reach out today by {time}",
            < 7 => (Sentence)$"Somebody will reach out by {Text("dddd")}, {time}",
            _ => (Sentence)
                $"Somebody will reach out by {Text(IsSpanish ? "dddd d 'de' MMMM" : "dddd, MMMM d")}, {time}",
        };

        string Text(string format) => local.ToString(format, CultureInfo.CurrentCulture);
    }

    private static bool IsSpanish => Languages.Current == Language.Es;

    // Any week has these days.
    private static string Day(int day) =>
        CultureInfo.CurrentUICulture.DateTimeFormat.GetDayName((DayOfWeek)((day + 1) % 7));

    private static string Time(int minutes) => Clock(DateTime.UnixEpoch.AddMinutes(minutes));

    private static string Clock(DateTime at) =>
        IsSpanish
            ? at.ToString("H:mm", CultureInfo.InvariantCulture)
            : at.ToString("h:mm", CultureInfo.InvariantCulture) + (at.Hour < 12 ? " a.m." : " p.m.");
}
