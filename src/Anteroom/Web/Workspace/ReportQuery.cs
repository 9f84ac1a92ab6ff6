using System.Globalization;
using Anteroom.Reports;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace;

/// <summary>A period that has a name in addresses.</summary>
/// <param name="Name">The name: <c>last_month</c>.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Days">Its days, as of a given day.</param>
public sealed record NamedPeriod(string Name, string Label, Func<DateOnly, (DateOnly First, DateOnly Last)> Days)
{
    /// <summary>All of them, in the order of the page.</summary>
    public static IReadOnlyList<NamedPeriod> All { get; } =
    [
        new("today", "Today", today => (today, today)),
        new("yesterday", "Yesterday", today => (today.AddDays(-1), today.AddDays(-1))),
        new("7d", "7 days", today => (today.AddDays(-6), today)),
        new("30d", "30 days", today => (today.AddDays(-29), today)),
        new("90d", "90 days", today => (today.AddDays(-89), today)),
        new("365d", "365 days", today => (today.AddDays(-364), today)),
        new("this_month", "This month", today => (MonthOf(today), today)),
        new("last_month", "Last month", today => (MonthOf(today).AddMonths(-1), MonthOf(today).AddDays(-1))),
        new("this_quarter", "This quarter", today => (QuarterOf(today), today)),
        new("last_quarter", "Last quarter", today => (QuarterOf(today).AddMonths(-3), QuarterOf(today).AddDays(-1))),
        new("this_year", "This year", today => (new(today.Year, 1, 1), today)),
        new("last_year", "Last year", today => (new(today.Year - 1, 1, 1), new(today.Year - 1, 12, 31))),
    ];

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);

    private static DateOnly QuarterOf(DateOnly day) => new(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1);
}

/// <summary>
/// A report's query, as it stands in its address: <c>?period=30d</c> or <c>?from=2026-11-01&amp;to=2026-11-15</c>, and
/// <c>assigned_to=me</c> or the id of an attorney.
/// </summary>
/// <param name="Named">The period's name; null for custom days.</param>
/// <param name="Period">The days.</param>
/// <param name="AssignedTo">Whose leads, as the address says it; null for everything in sight.</param>
/// <param name="Scope">Whose leads.</param>
public sealed record ReportQuery(NamedPeriod? Named, ReportPeriod Period, string? AssignedTo, ReportScope Scope)
{
    private static readonly DateOnly Earliest = new(2000, 1, 1);

    /// <summary>The period when none is asked for.</summary>
    private const string Usual = "30d";

    /// <summary>What an address asks for, as it came.</summary>
    public sealed record Raw
    {
        /// <summary>The name of a <see cref="NamedPeriod"/>.</summary>
        public string? Period { get; init; }

        /// <summary>The first day: <c>2026-11-01</c>.</summary>
        public string? From { get; init; }

        /// <summary>The last day.</summary>
        public string? To { get; init; }

        /// <summary><c>me</c> or the id of an attorney.</summary>
        [FromQuery(Name = "assigned_to")]
        public string? AssignedTo { get; init; }
    }

    /// <summary>Reads an address; null when a value makes no sense, and <paramref name="problem"/> then says what would be right.</summary>
    /// <param name="asked">The address.</param>
    /// <param name="now">The instant.</param>
    /// <param name="zone">The firm's time zone.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="restricted">Whether the user may see only their own leads and unassigned ones.</param>
    /// <param name="problem">What is wrong.</param>
    public static ReportQuery? Read(
        Raw asked,
        DateTimeOffset now,
        TimeZoneInfo zone,
        CurrentUser user,
        bool restricted,
        out string? problem
    )
    {
        var today = LocalDays.DayOf(now, zone);
        var named = ReadName(asked, out problem);
        var period = problem is null ? ReadPeriod(asked, ref named, today, zone, out problem) : null;
        var person = problem is null ? ReadPerson(asked.AssignedTo, user, restricted, out problem) : null;
        if (period is null || problem is not null)
            return null;
        return new(
            named,
            period,
            person is null ? null
                : person == user.Id ? "me"
                : person.ToString(),
            person is { } one ? new ReportScope.Of(one)
                : restricted ? new ReportScope.InSightOf(user.Id)
                : new ReportScope.WholeFirm()
        );
    }

    private static NamedPeriod? ReadName(Raw asked, out string? problem)
    {
        problem = null;
        var name = string.IsNullOrEmpty(asked.Period)
            ? HasDays(asked)
                ? null
                : Usual
            : asked.Period;
        if (name is null or "custom")
            return null;
        var named = NamedPeriod.All.FirstOrDefault(each => each.Name == name);
        if (named is null)
            problem = T[
                "There is no period of that name. It is one of {0}; or two days, as from=2026-11-01&to=2026-11-15.",
                string.Join(", ", NamedPeriod.All.Select(each => each.Name))
            ];
        return named;
    }

    private static bool HasDays(Raw asked) => !string.IsNullOrEmpty(asked.From) || !string.IsNullOrEmpty(asked.To);

    /// <summary>The form sends a name and days; days that differ from the name's win.</summary>
    private static ReportPeriod? ReadPeriod(
        Raw asked,
        ref NamedPeriod? named,
        DateOnly today,
        TimeZoneInfo zone,
        out string? problem
    )
    {
        problem = null;
        if (named is not null && !HasDays(asked))
        {
            var (from, to) = named.Days(today);
            return new(from, to, zone);
        }

        if (!TryReadDay(asked.From, out var first) || !TryReadDay(asked.To, out var last))
            problem = "A period of your own needs its first and its last day, as from=2026-11-01&to=2026-11-15.";
        else if (last < first)
            problem = "The last day of the period is before its first.";
        else if (first < Earliest || last > today.AddYears(1))
            problem = "A period lies between the year 2000 and a year from now.";
        else if (last.DayNumber - first.DayNumber >= ReportPeriod.LongestInDays)
            problem = "A period is five years at most.";
        else
        {
            if (named is not null && named.Days(today) != (first, last))
                named = null;
            return new(first, last, zone);
        }

        return null;
    }

    private static Guid? ReadPerson(string? text, CurrentUser user, bool restricted, out string? problem)
    {
        problem = null;
        if (string.IsNullOrEmpty(text))
            return null;
        if (text == "me")
            return user.Id;
        if (!Guid.TryParse(text, out var id))
            problem = "“assigned_to” is me or the id of an attorney.";
        else if (restricted && id != user.Id)
            problem = "You can see the figures of your own leads and of unassigned ones.";
        else
            return id;
        return null;
    }

    private static bool TryReadDay(string? text, out DateOnly day) =>
        DateOnly.TryParseExact(text?.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>The address of this report.</summary>
    public string ToAddress() => "/reports" + ToQuery();

    /// <summary>The address of the dashboard of the same days.</summary>
    public string ToDashboardAddress() => "/dashboard" + (this with { AssignedTo = null }).ToQuery();

    /// <summary>The address of the same figures as a file.</summary>
    public string ToCsvAddress() => "/reports.csv" + ToQuery();

    /// <summary>The same for another period.</summary>
    public string ToAddress(NamedPeriod other) => (this with { Named = other }).ToAddress();

    private QueryString ToQuery()
    {
        var query = new QueryString();
        query = Named is not null
            ? query.Add("period", Named.Name)
            : query.Add("from", Day(Period.First)).Add("to", Day(Period.Last));
        return AssignedTo is null ? query : query.Add("assigned_to", AssignedTo);
    }

    /// <summary>A day as addresses and date inputs have it.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
