namespace Anteroom.Firm;

/// <summary>
/// The holidays of the United States by federal law (5 U.S.C. 6103; Inauguration Day, a holiday around Washington only, left out). One on a
/// Saturday is observed on the Friday before, one on a Sunday on the Monday after (Executive Order 11582): both days are named, for firms
/// that are open on weekends.
/// </summary>
public static class FederalHolidays
{
    /// <summary>Every day of a year that is one or on which one is observed, by day.</summary>
    public static IReadOnlyList<Holiday> Of(int year) =>
        [
            // The next New Year's Day may be observed on December 31.
            .. By(year)
                .Append((new DateOnly(year + 1, 1, 1), "New Year’s Day"))
                .SelectMany(Days)
                .Where(day => day.Year == year)
                .OrderBy(day => day.Month)
                .ThenBy(day => day.Day),
        ];

    private static IEnumerable<(DateOnly Day, string Name)> By(int year) =>
        [
            (new(year, 1, 1), "New Year’s Day"),
            (Nth(3, DayOfWeek.Monday, year, 1), "Martin Luther King Jr. Day"),
            (Nth(3, DayOfWeek.Monday, year, 2), "Washington’s Birthday"),
            (Nth(1, DayOfWeek.Monday, year, 6).AddDays(-7), "Memorial Day"),
            (new(year, 6, 19), "Juneteenth"),
            (new(year, 7, 4), "Independence Day"),
            (Nth(1, DayOfWeek.Monday, year, 9), "Labor Day"),
            (Nth(2, DayOfWeek.Monday, year, 10), "Columbus Day"),
            (new(year, 11, 11), "Veterans Day"),
            (Nth(4, DayOfWeek.Thursday, year, 11), "Thanksgiving Day"),
            (new(year, 12, 25), "Christmas Day"),
        ];

    private static IEnumerable<Holiday> Days((DateOnly Day, string Name) holiday)
    {
        var (day, name) = holiday;
        yield return new(day.Year, day.Month, day.Day, name);
        var away = day.DayOfWeek switch
        {
            DayOfWeek.Saturday => -1,
            DayOfWeek.Sunday => 1,
            _ => 0,
        };
        if (away == 0)
            yield break;
        var observed = day.AddDays(away);
        yield return new(observed.Year, observed.Month, observed.Day, $"{name} (observed)");
    }

    private static DateOnly Nth(int nth, DayOfWeek weekday, int year, int month)
    {
        var first = new DateOnly(year, month, 1);
        return first.AddDays((((int)weekday - (int)first.DayOfWeek + 7) % 7) + (7 * (nth - 1)));
    }
}
