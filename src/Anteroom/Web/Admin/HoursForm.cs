using System.Globalization;
using Anteroom.Firm;

namespace Anteroom.Web.Admin;

/// <summary>A span as it stands in the form.</summary>
/// <param name="From">A time, as <c>09:00</c>; empty for none.</param>
/// <param name="Until">The same; the end of the day is <c>00:00</c>.</param>
public sealed record SpanInput(string From, string Until)
{
    /// <summary>Nothing is typed.</summary>
    public bool IsEmpty => From.Length == 0 && Until.Length == 0;
}

/// <summary>A day of the week as it stands in the form.</summary>
/// <param name="IsOpen">Otherwise the times do not count.</param>
/// <param name="Spans">Two at least.</param>
public sealed record DayInput(bool IsOpen, IReadOnlyList<SpanInput> Spans);

/// <summary>A holiday as it stands in the form.</summary>
/// <param name="Date">As <c>2026-12-24</c>; empty for none.</param>
/// <param name="Name">What people call it.</param>
/// <param name="IsYearly">The year does not count.</param>
public sealed record HolidayInput(string Date, string Name, bool IsYearly)
{
    /// <summary>Nothing is typed.</summary>
    public bool IsEmpty => Date.Length == 0 && Name.Length == 0;
}

/// <summary>The firm's hours in the fields of a page, and back.</summary>
public sealed record HoursForm
{
    /// <summary>Empty rows for more holidays.</summary>
    private const int Spare = 2;

    private const int LeastSpans = 2;

    /// <summary>The days as people read them.</summary>
    public static IReadOnlyList<string> DayLabels { get; } =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    /// <summary>Whether the hours count.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>Seven days, Monday first.</summary>
    public required IReadOnlyList<DayInput> Days { get; init; }

    /// <summary>The holidays, with empty rows at the end.</summary>
    public required IReadOnlyList<HolidayInput> Holidays { get; init; }

    /// <summary>The welcome while the firm is closed.</summary>
    public string Welcome { get; init; } = "wait";

    /// <summary>The fields in their order.</summary>
    public IReadOnlyList<string> Order =>
        [
            "hours_week",
            .. Days.SelectMany((day, at) => day.Spans.Select((_, span) => SpanField(at, "from", span))),
            "hours_holidays",
            .. Holidays.Select((_, row) => $"holiday_date_{row}"),
            "hours_welcome",
        ];

    /// <summary>The name of a time's field: <c>mon_from_0</c>.</summary>
    public static string SpanField(int day, string which, int span) =>
        string.Create(CultureInfo.InvariantCulture, $"{HoursText.DayNames[day]}_{which}_{span}");

    /// <summary>What is in use.</summary>
    public static HoursForm Of(SectionState section, int year)
    {
        var values = section.Settings.ToDictionary(
            state => state.Setting.Field,
            state => state.Value,
            StringComparer.Ordinal
        );
        _ = HoursText.TryReadWeek(values["hours_week"], out var week, out _);
        _ = HoursText.TryReadHolidays(values["hours_holidays"], out var holidays, out _);
        return new HoursForm
        {
            IsEnabled = values["hours_enabled"] == "true",
            Days = [.. week.Select(Day)],
            Holidays = WithSpare(InOrder(holidays, year)),
            Welcome = values["hours_welcome"],
        };
    }

    /// <summary>What was typed.</summary>
    public static HoursForm Of(IFormCollection form)
    {
        var days = new List<DayInput>();
        for (var day = 0; day < HoursText.DayNames.Count; day++)
        {
            var spans = new List<SpanInput>();
            for (var span = 0; span < LeastSpans || form.ContainsKey(SpanField(day, "from", span)); span++)
                spans.Add(new(Text(SpanField(day, "from", span)), Text(SpanField(day, "until", span))));
            days.Add(new(form.ContainsKey($"{HoursText.DayNames[day]}_open"), spans));
        }

        var holidays = new List<HolidayInput>();
        for (var row = 0; row <= HoursText.MostHolidays + Spare && form.ContainsKey($"holiday_date_{row}"); row++)
            holidays.Add(
                new(Text($"holiday_date_{row}"), Text($"holiday_name_{row}"), form.ContainsKey($"holiday_yearly_{row}"))
            );
        return new HoursForm
        {
            IsEnabled = Text("hours_enabled") == "true",
            Days = days,
            Holidays = holidays,
            Welcome = Text("hours_welcome"),
        };

        string Text(string field) => form[field].ToString().Trim();
    }

    /// <summary>With the hours of Monday on the other days until Friday.</summary>
    public HoursForm WithMondayUntilFriday() =>
        this with
        {
            Days = [.. Days.Select((day, at) => at is > 0 and < 5 ? Days[0] : day)],
        };

    /// <summary>With the federal holidays of a year that are not there yet.</summary>
    /// <param name="year">Which.</param>
    /// <param name="added">How many are new.</param>
    public HoursForm WithFederal(int year, out int added)
    {
        var known = Holidays
            .Select(row => row.IsYearly && row.Date.Length > 4 ? $"{year:0000}{row.Date[4..]}" : row.Date)
            .ToHashSet(StringComparer.Ordinal);
        var more = InOrder(FederalHolidays.Of(year), year).Where(row => known.Add(row.Date)).ToList();
        added = more.Count;
        return this with
        {
            Holidays = WithSpare(
                Holidays.Where(row => !row.IsEmpty).Concat(more).OrderBy(row => row.Date, StringComparer.Ordinal)
            ),
        };
    }

    /// <summary>With more empty rows.</summary>
    public HoursForm WithMoreRows() =>
        this with
        {
            Holidays = [.. WithSpare(Holidays.Where(row => !row.IsEmpty)), new("", "", false), new("", "", false)],
        };

    /// <summary>Without a row.</summary>
    public HoursForm Without(int row) =>
        this with
        {
            Holidays = WithSpare(Holidays.Where((holiday, at) => at != row && !holiday.IsEmpty)),
        };

    /// <summary>As the settings keep it; what makes no sense is among the errors.</summary>
    public IReadOnlyDictionary<string, string?> ToSettings(FieldErrors errors) =>
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["hours_enabled"] = IsEnabled ? "true" : "false",
            ["hours_week"] = HoursText.Write([.. Days.Select((day, at) => Spans(day, at, errors))]),
            ["hours_holidays"] = HoursText.Write(Read(errors)),
            ["hours_welcome"] = Welcome,
        };

    private static List<OpenSpan> Spans(DayInput day, int at, FieldErrors errors)
    {
        var spans = new List<OpenSpan>();
        if (!day.IsOpen)
            return spans;
        Sentence label = DayLabels[at];
        for (var one = 0; one < day.Spans.Count; one++)
        {
            var typed = day.Spans[one];
            if (typed.IsEmpty)
                continue;
            if (!HoursText.TryReadTime(typed.From, out var from) || !HoursText.TryReadTime(typed.Until, out var until))
            {
                errors.Add(SpanField(at, "from", one), $"{label}: please enter both times, such as 09:00 and 17:00.");
                continue;
            }

            if (until == 0)
                until = OpenSpan.Day; // midnight
            if (from >= until)
                errors.Add(
                    SpanField(at, "from", one),
                    $"{label}: the end has to be later than the beginning. For hours past midnight, end at 00:00 and begin the next day at 00:00."
                );
            else
                spans.Add(new(from, until));
        }

        spans.Sort((a, b) => a.From.CompareTo(b.From));
        if (HoursText.Problem(spans) is not null)
            errors.Add(SpanField(at, "from", 0), $"{label}: these times overlap.");
        else if (spans.Count == 0 && day.Spans.All(span => span.IsEmpty))
            errors.Add(
                SpanField(at, "from", 0),
                $"{label}: please enter when you open and close, or take away the tick."
            );
        return spans;
    }

    private List<Holiday> Read(FieldErrors errors)
    {
        var days = new List<Holiday>();
        for (var row = 0; row < Holidays.Count; row++)
        {
            var typed = Holidays[row];
            if (typed.IsEmpty)
                continue;
            var field = string.Create(CultureInfo.InvariantCulture, $"holiday_date_{row}");
            if (
                !DateOnly.TryParseExact(
                    typed.Date,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var day
                )
            )
                errors.Add(
                    field,
                    typed.Name.Length == 0
                        ? (Sentence)$"“{typed.Date}” is no day. Please enter one such as 2026-12-24."
                        : $"{typed.Name}: please choose the day."
                );
            else if (typed.Name.Length > HoursText.LongestName)
                errors.Add(field, $"The name of a holiday can have at most {HoursText.LongestName} characters.");
            else if (typed.Name.Any(letter => letter == ';' || char.IsControl(letter)))
                errors.Add(field, $"Please leave out semicolons and line breaks in the name of a holiday.");
            else
                days.Add(new(typed.IsYearly ? null : day.Year, day.Month, day.Day, typed.Name));
        }

        return days;
    }

    private static DayInput Day(IReadOnlyList<OpenSpan> spans) =>
        new(
            spans.Count > 0,
            [
                .. spans.Select(span => new SpanInput(
                    HoursText.Time(span.From),
                    HoursText.Time(span.Until % OpenSpan.Day)
                )),
                .. Enumerable.Repeat(new SpanInput("", ""), Math.Max(0, LeastSpans - spans.Count)),
            ]
        );

    private static IEnumerable<HolidayInput> InOrder(IEnumerable<Holiday> holidays, int year) =>
        holidays
            .Select(day => new HolidayInput(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{day.Year ?? (day is { Month: 2, Day: 29 } ? LeapYear(year) : year):0000}-{day.Month:00}-{day.Day:00}"
                ),
                day.Name,
                day.Year is null
            ))
            .OrderBy(row => row.Date, StringComparer.Ordinal);

    private static int LeapYear(int year) => DateTime.IsLeapYear(year) ? year : LeapYear(year + 1);

    private static List<HolidayInput> WithSpare(IEnumerable<HolidayInput> rows) =>
        [.. rows, .. Enumerable.Repeat(new HolidayInput("", "", false), Spare)];
}
