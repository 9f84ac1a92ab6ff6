using System.Runtime.InteropServices;

namespace Anteroom.Leads;

/// <summary>The sort orders of a list. Each has an index that ends in the number, so that a page can start at a key.</summary>
public enum LeadSort
{
    /// <summary>Newest first.</summary>
    Newest,

    /// <summary>Oldest first.</summary>
    Oldest,

    /// <summary>By last, then first name.</summary>
    Name,

    /// <summary>By name, from the end of the alphabet.</summary>
    NameBackwards,

    /// <summary>Last changed first.</summary>
    Changed,

    /// <summary>Longest unchanged first.</summary>
    Unchanged,

    /// <summary>Longest waiting first; for leads that wait, so the filter has that status.</summary>
    Waiting,
}

/// <summary>The place of a lead in a sorted list, at the edge of a page.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">When it last changed, in lists sorted by that.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LeadCursor(long Number, DateTimeOffset? At = null);

/// <summary>Which leads, in which order, and which page of them.</summary>
public sealed record LeadQuery
{
    /// <summary>Which leads; its relative and local times count as <see cref="CreatedFrom"/> and <see cref="CreatedTo"/>.</summary>
    public LeadFilter Filter { get; init; } = LeadFilter.All;

    /// <summary>Submitted at this instant or later; null for no bound.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Submitted before this instant; null for no bound.</summary>
    public DateTimeOffset? CreatedTo { get; init; }

    /// <summary>Only leads with this address, in any case; null for all.</summary>
    public string? Email { get; init; }

    /// <summary>The instant that <see cref="LeadFilter.Attention"/> goes by, UTC.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The order.</summary>
    public LeadSort Sort { get; init; }

    /// <summary>How many leads a page holds, 1 to 200.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>How many leads to skip. The database reads them all, so a cursor is better for going far.</summary>
    public long Offset { get; init; }

    /// <summary>Only leads with a smaller key: further down when the largest comes first. Not with <see cref="After"/>.</summary>
    public LeadCursor? Before { get; init; }

    /// <summary>Only leads with a larger key.</summary>
    public LeadCursor? After { get; init; }

    /// <summary>Whether the search finds anything to look for.</summary>
    internal bool IsSearch => LeadSearch.IsAsked(Filter.Search);

    /// <summary>Whether it looks for words beside each other.</summary>
    internal bool IsPhrase => WordsQuery.Read(Filter.Search).Phrases.Count > 0;

    /// <summary>Whether some leads are left out for another reason than the search.</summary>
    internal bool IsFiltered =>
        CreatedFrom is not null
        || CreatedTo is not null
        || Email is not null
        || !(Filter with { Search = null }).IsEmpty;

    /// <summary>Whether the counts that the database keeps answer it.</summary>
    internal bool IsCounted =>
        !IsSearch
        && CreatedFrom is null
        && CreatedTo is null
        && Email is null
        && (Filter with { Search = null }).IsCounted;

    /// <summary>The numbers that the page is limited to, in an order by number.</summary>
    internal NumberRange Range =>
        Before is { } before ? NumberRange.All with { Before = before.Number }
        : After is { } after ? NumberRange.All with { After = after.Number }
        : NumberRange.All;
}
