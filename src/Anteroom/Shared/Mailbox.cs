namespace Anteroom.Shared;

/// <summary>An address with the name shown beside it.</summary>
/// <param name="Address">The address.</param>
/// <param name="Name">The name; null for none.</param>
/// <param name="Language">The language that its owner has chosen, by its wire name; null for none.</param>
/// <param name="TimeZone">The time zone that its owner has chosen; null for none.</param>
public sealed record Mailbox(string Address, string? Name = null, string? Language = null, string? TimeZone = null)
{
    /// <summary>The language to write to it in.</summary>
    public Language Reads => Languages.OrEnglish(Language);

    /// <summary>The zone of times in emails to it; null for UTC.</summary>
    public TimeZoneInfo? Zone => ReadersZone.Find(TimeZone);
}
