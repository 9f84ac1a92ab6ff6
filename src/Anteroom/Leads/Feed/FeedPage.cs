namespace Anteroom.Leads;

/// <summary>What became of a lead.</summary>
public enum FeedKind
{
    /// <summary>It is new, or is another than before.</summary>
    Changed,

    /// <summary>It is in the trash.</summary>
    Trashed,

    /// <summary>It was merged into another.</summary>
    Merged,

    /// <summary>It is gone with everything about it.</summary>
    Erased,

    /// <summary>The reader may no longer see it.</summary>
    OutOfSight,
}

/// <summary>A lead that has changed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Lead">As it is now, with its resume; null unless <see cref="FeedKind.Changed"/>.</param>
/// <param name="MergedInto">The lead that it was merged into, if the reader may see that one.</param>
public sealed record FeedEntry(Guid Id, long Number, FeedKind Kind, Lead? Lead, Guid? MergedInto);

/// <summary>A part of the feed.</summary>
/// <param name="Changes">Each lead once, in the order of the last change.</param>
/// <param name="Cursor">Where the next part starts.</param>
/// <param name="More">Whether there is another part already.</param>
public sealed record FeedPage(IReadOnlyList<FeedEntry> Changes, FeedCursor Cursor, bool More);
