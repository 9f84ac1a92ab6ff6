namespace Anteroom.Accounts;

/// <summary>An opaque token of the Django-style API. The token itself is shown once and never kept.</summary>
internal sealed class ApiToken
{
    /// <summary>SHA-256 of the token.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>When it was given out, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What a page names it by.</summary>
    public Guid Id { get; init; }

    /// <summary>What it is for, in the words of who made it; null for one that a program asked for itself.</summary>
    public string? Name { get; init; }

    /// <summary>Good until this instant, UTC; null: until it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it last opened something, UTC, to the minute; null: never.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }
}

/// <summary>A refresh token of the JWT API: good for one exchange. The token itself is shown once and never kept.</summary>
public sealed class RefreshToken
{
    /// <summary>SHA-256 of the token.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The sign-in that it goes back to; a token that comes a second time ends all of its family (RFC 9700 section 4.14.2).</summary>
    public required Guid Family { get; init; }

    /// <summary>The user's security stamp at the sign-in; not taken once the user has another, as after a change of password.</summary>
    public required string Stamp { get; init; }

    /// <summary>When it was given out, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Not taken after this instant, UTC.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When its sign-in began, UTC: however often it is exchanged, it ends (<see cref="JwtOptions.RefreshSignInLifetime"/>).</summary>
    public DateTimeOffset BeganAt { get; init; }

    /// <summary>The program that signed in, as it calls itself.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Where the sign-in came from.</summary>
    public string? Address { get; init; }

    /// <summary>When it was exchanged for the next one; null while it has not been.</summary>
    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A key that signs JWTs, shared by all nodes (<see cref="SigningKeys"/>). The newest signs; every one verifies until it retires.</summary>
internal sealed class SigningKey
{
    /// <summary>The <c>kid</c> in the header of a JWT.</summary>
    public required string Id { get; init; }

    /// <summary>32 random bytes, protected with the data-protection keys.</summary>
    public required string Secret { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Verifies no more after this instant, UTC; null while it is in use.</summary>
    public DateTimeOffset? RetiresAt { get; set; }
}
