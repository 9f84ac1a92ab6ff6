using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Leads;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Bulk;

/// <summary>
/// Which leads, by the names of the list and the APIs: <c>status</c> (several), <c>practice_area</c>, <c>assigned_to</c> (a user's id,
/// <c>me</c> or <c>none</c>), <c>q</c>, <c>created_from</c>, <c>created_to</c> (a day, which counts as a whole, or an instant, before which).
/// </summary>
public sealed record BulkFilter
{
    private const int LongestSearch = 200;

    /// <summary>Only these; empty for all.</summary>
    public IReadOnlyList<LeadStatus> Statuses { get; private init; } = [];

    /// <summary>Only this; null for all.</summary>
    public string? PracticeArea { get; private init; }

    /// <summary>Only leads of this user; null for all.</summary>
    public Guid? AssignedTo { get; private init; }

    /// <summary>Only leads that nobody has.</summary>
    public bool Unassigned { get; private init; }

    /// <summary>Beginnings of names or an address; null for all.</summary>
    public string? Search { get; private init; }

    /// <summary>As typed.</summary>
    public string? CreatedFrom { get; private init; }

    /// <summary>As typed.</summary>
    public string? CreatedTo { get; private init; }

    /// <summary>Reads an address's query; what cannot be meant is named in <paramref name="errors"/>, and left out.</summary>
    public static BulkFilter Read(string? query, CurrentUser user, out FieldErrors errors)
    {
        var wrong = errors = new FieldErrors();
        var values = QueryHelpers.ParseQuery(query);
        var statuses = new List<LeadStatus>();
        foreach (
            var name in values
                .GetValueOrDefault("status")
                .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
        )
            if (WireName.TryParse(name, out LeadStatus status))
                statuses.Add(status);
            else if (name.Length > 0)
                wrong.Add(
                    "status",
                    $"A status is one of {string.Join(", ", LeadStatusNames.All.Select(one => one.ToWire()))}."
                );

        var search = Text("q");
        if (search is { Length: > LongestSearch } || search?.Any(char.IsControl) == true)
        {
            wrong.Add("q", $"A search is one line of at most {LongestSearch} characters.");
            search = null;
        }

        var owner = Text("assigned_to");
        var id =
            owner == "me" ? user.Id
            : Guid.TryParse(owner, out var parsed) ? parsed
            : (Guid?)null;
        if (owner is not null and not "none" && id is null)
            wrong.Add("assigned_to", "This has to be a user's id, me or none.");
        return new BulkFilter
        {
            Statuses = [.. statuses.Distinct()],
            PracticeArea = Text("practice_area"),
            AssignedTo = id,
            Unassigned = owner == "none",
            Search = search,
            CreatedFrom = Time("created_from"),
            CreatedTo = Time("created_to"),
        };

        string? Text(string name) =>
            values.GetValueOrDefault(name).LastOrDefault(value => !string.IsNullOrWhiteSpace(value))?.Trim() is { } text
            && !text.Contains('\0', StringComparison.Ordinal)
                ? text
                : null;

        string? Time(string name)
        {
            if (Text(name) is not { } text)
                return null;
            if (Instant(text, endOfDay: false) is not null)
                return text;
            wrong.Add(name, "This has to be a day, as 2026-01-31, or a time with its offset, as 2026-01-31T09:00:00Z.");
            return null;
        }
    }

    /// <summary>The same question as the list takes it.</summary>
    public LeadListing ToListing() =>
        new()
        {
            Statuses = Statuses,
            PracticeArea = PracticeArea,
            AssignedTo = AssignedTo,
            Unassigned = Unassigned,
            Search = Search,
            CreatedFrom = Instant(CreatedFrom, endOfDay: false),
            CreatedTo = Instant(CreatedTo, endOfDay: true),
        };

    /// <summary>The query of an address that <see cref="Read"/> reads to the same filter; empty when everything is meant.</summary>
    public string ToQuery()
    {
        var query = new QueryString();
        foreach (var status in Statuses)
            query = query.Add("status", status.ToWire());
        if (PracticeArea is not null)
            query = query.Add("practice_area", PracticeArea);
        if (AssignedTo is { } owner)
            query = query.Add("assigned_to", owner.ToString());
        if (Unassigned)
            query = query.Add("assigned_to", "none");
        if (Search is not null)
            query = query.Add("q", Search);
        if (CreatedFrom is not null)
            query = query.Add("created_from", CreatedFrom);
        if (CreatedTo is not null)
            query = query.Add("created_to", CreatedTo);
        return query.ToString();
    }

    // A day is one of UTC, as everywhere in pages. A plus sign in a query is a space.
    private static DateTimeOffset? Instant(string? text, bool endOfDay)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return day.Year is < 1 or > 9998
                ? null
                : new DateTimeOffset((endOfDay ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return
            text?.Contains('T', StringComparison.Ordinal) == true
            && DateTimeOffset.TryParse(
                text.Replace(' ', '+'),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var instant
            )
            ? instant
            : null;
    }
}
