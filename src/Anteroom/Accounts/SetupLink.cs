namespace Anteroom.Accounts;

/// <summary>An open one-time link for making the first administrator. The token itself is only ever printed.</summary>
internal sealed class SetupLink
{
    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; init; }

    /// <summary>When it was printed, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
