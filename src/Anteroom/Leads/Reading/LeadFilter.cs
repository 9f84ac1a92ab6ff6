using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Leads;

/// <summary>
/// Which leads, as it stands in an address, by the names of the APIs: <c>status</c> (several), <c>practice_area</c>, <c>assigned_to</c>
/// (a user's id, <c>me</c> or <c>none</c>), <c>source</c>, <c>q</c>, <c>created_from</c>, <c>created_to</c> (a day, which counts as a
/// whole, or an instant, before which), <c>received</c> (<see cref="Received"/>), <c>attention</c> (several), <c>tag</c>, <c>lead</c> (numbers).
/// The one reader of it, for the list, the board, saved views, exports and bulk email.
/// </summary>
public sealed record LeadFilter
{
    /// <summary>Characters of a search, at most.</summary>
    public const int LongestSearch = 200;

    /// <summary>Leads that can be named one by one, at most.</summary>
    public const int MostNumbers = 1_000;

    private const int LongestName = 100;

    /// <summary>Everything.</summary>
    public static LeadFilter All { get; } = new();

    /// <summary>Only these; empty for all.</summary>
    public IReadOnlyList<LeadStatus> Statuses { get; init; } = [];

    /// <summary>Only this; null for all.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>Only leads of this user; null for all.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>Whether <see cref="AssignedTo"/> is whoever asks: so it reads in the address, for others to use.</summary>
    public bool IsMine { get; init; }

    /// <summary>Only leads that nobody has.</summary>
    public bool Unassigned { get; init; }

    /// <summary>Only leads that came through this door; null for all.</summary>
    public string? Source { get; init; }

    /// <summary>Beginnings of names or an address; null for all.</summary>
    public string? Search { get; init; }

    /// <summary>As typed.</summary>
    public string? CreatedFrom { get; init; }

    /// <summary>As typed.</summary>
    public string? CreatedTo { get; init; }

    /// <summary>Only leads of the last time; null for all.</summary>
    public Received? Received { get; init; }

    /// <summary>Only leads that need attention for one of these reasons; empty for all.</summary>
    public IReadOnlyList<Attention> Attention { get; init; } = [];

    /// <summary>Only leads with this tag, in any case and accents; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Only these leads; empty for all.</summary>
    public IReadOnlyList<long> Numbers { get; init; } = [];

    /// <summary>Whether every lead is meant.</summary>
    public bool IsEmpty => ToQuery().Length == 0;

    /// <summary>Whether the counts that the database keeps answer it: nothing but status and owner.</summary>
    public bool IsCounted =>
        (this with { Statuses = [], AssignedTo = null, IsMine = false, Unassigned = false }).IsEmpty;

    /// <summary>The same leads whoever asks.</summary>
    public LeadFilter Fixed => this with { IsMine = false };

    /// <summary>Reads an address's query; what cannot be meant is named in <paramref name="errors"/>, and left out.</summary>
    public static LeadFilter Read(string? query, CurrentUser user, out FieldErrors errors)
    {
        var wrong = errors = new FieldErrors();
        var values = QueryHelpers.ParseQuery(query);
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
        return new LeadFilter
        {
            Statuses = Several("status", "A status", LeadStatus.All, status => status.ToWire()),
            PracticeArea = Name("practice_area") ?? Name("area"),
            AssignedTo = id,
            IsMine = owner == "me",
            Unassigned = owner == "none",
            Source = Name("source"),
            Search = search,
            CreatedFrom = Time("created_from"),
            CreatedTo = Time("created_to"),
            Received = Several("received", "This", Enum.GetValues<Received>(), one => one.ToWire()) is [var last, ..]
                ? last
                : null,
            Attention = Several("attention", "This", Enum.GetValues<Attention>(), one => one.ToWire()),
            Tag = Name("tag"),
            Numbers = Numbered(),
        };

        string? Text(string name) =>
            values.GetValueOrDefault(name).LastOrDefault(value => !string.IsNullOrWhiteSpace(value))?.Trim() is { } text
            && !text.Contains('\0', StringComparison.Ordinal)
                ? text
                : null;

        string? Name(string name)
        {
            if (Text(name) is not { Length: > LongestName } text)
                return Text(name);
            wrong.Add(name, $"This has at most {LongestName} characters.");
            return null;
        }

        IEnumerable<string> Parts(string name) =>
            values
                .GetValueOrDefault(name)
                .SelectMany(value =>
                    (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                );

        List<T> Several<T>(string name, string what, IReadOnlyList<T> all, Func<T, string> wire)
        {
            var asked = Parts(name).ToHashSet(StringComparer.Ordinal);
            if (!asked.IsSubsetOf(all.Select(wire)))
                wrong.Add(name, $"{what} is one of {string.Join(", ", all.Select(wire))}.");
            return [.. all.Where(one => asked.Contains(wire(one)))];
        }

        List<long> Numbered()
        {
            var numbers = new List<long>();
            foreach (var part in Parts("lead"))
                if (
                    numbers.Count < MostNumbers
                    && long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                )
                    numbers.Add(number);
                else if (wrong.For("lead") is null)
                    wrong.Add(
                        "lead",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"These have to be numbers of leads, as lead=12,15; at most {MostNumbers}."
                        )
                    );
            return [.. numbers.Distinct()];
        }

        string? Time(string name)
        {
            if (Text(name) is not { } text)
                return null;
            if (FilterTime.IsValid(text))
                return text;
            wrong.Add(
                name,
                "This has to be a day, such as 2026-01-31, or a time with its offset, such as 2026-01-31T09:00:00Z."
            );
            return null;
        }
    }

    /// <summary>The query for these leads, with times resolved.</summary>
    /// <param name="now">The instant that <see cref="Received"/> and <see cref="Attention"/> are relative to.</param>
    /// <param name="zone">Whose days.</param>
    public LeadQuery ToLeadQuery(DateTimeOffset now, TimeZoneInfo zone)
    {
        DateTimeOffset?[] starts =
        [
            FilterTime.Instant(CreatedFrom, zone, endOfDay: false),
            Received is { } received ? FilterTime.Start(received, now, zone) : null,
        ];
        return new LeadQuery
        {
            Filter = this,
            CreatedFrom = starts.Max(),
            CreatedTo = FilterTime.Instant(CreatedTo, zone, endOfDay: true),
            Now = now,
        };
    }

    /// <summary>The query of an address that <see cref="Read"/> reads to the same filter, with its question mark; empty when everything is meant.</summary>
    public string ToQuery()
    {
        var query = new QueryString();
        foreach (var status in Statuses)
            query = query.Add("status", status.ToWire());
        if (PracticeArea is not null)
            query = query.Add("practice_area", PracticeArea);
        if (IsMine)
            query = query.Add("assigned_to", "me");
        else if (AssignedTo is { } owner)
            query = query.Add("assigned_to", owner.ToString());
        if (Unassigned)
            query = query.Add("assigned_to", "none");
        if (Source is not null)
            query = query.Add("source", Source);
        if (Search is not null)
            query = query.Add("q", Search);
        if (CreatedFrom is not null)
            query = query.Add("created_from", CreatedFrom);
        if (CreatedTo is not null)
            query = query.Add("created_to", CreatedTo);
        if (Received is { } received)
            query = query.Add("received", received.ToWire());
        foreach (var reason in Attention)
            query = query.Add("attention", reason.ToWire());
        if (Tag is not null)
            query = query.Add("tag", Tag);
        if (Numbers.Count > 0)
            query = query.Add("lead", string.Join(',', Numbers));
        return query.ToString();
    }
}
