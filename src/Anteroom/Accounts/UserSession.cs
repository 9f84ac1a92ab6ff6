namespace Anteroom.Accounts;

/// <summary>A sign-in to the pages. The cookie names it; without an open row the cookie opens nothing.</summary>
public sealed class UserSession
{
    /// <summary>The claim <see cref="CurrentUser.SessionClaim"/>.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The user's security stamp; the session has ended once the user has another.</summary>
    public required string Stamp { get; init; }

    /// <summary>When somebody signed in, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a person last opened a page, UTC, to five minutes.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When the user last showed to be there, by password, code or passkey, UTC.</summary>
    public required DateTimeOffset ConfirmedAt { get; init; }

    /// <summary>The browser, as it calls itself.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Where the sign-in came from.</summary>
    public string? Address { get; init; }

    /// <summary>When it was ended, UTC; null while nobody has.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
