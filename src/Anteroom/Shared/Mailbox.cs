namespace Anteroom.Shared;

/// <summary>An address with the name shown beside it.</summary>
public sealed record Mailbox(string Address, string? Name = null);
