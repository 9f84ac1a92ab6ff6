namespace Anteroom.Accounts;

/// <summary>An account of another system.</summary>
public sealed record ImportedUser
{
    /// <summary>What it is called there, for <see cref="ImportUsers"/> to know it again: <c>17 2024-01-15T10:30:00Z</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The id that it had; null: a new one.</summary>
    public Guid? Id { get; init; }

    /// <summary>The number that it had; null: the next one.</summary>
    public long? Number { get; init; }

    /// <summary>The name to sign in with.</summary>
    public required string UserName { get; init; }

    /// <summary>Its address; may be empty.</summary>
    public string? Email { get; init; }

    /// <summary>The name of the person; may be empty.</summary>
    public string? FullName { get; init; }

    /// <summary>What it may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Whether it may sign in.</summary>
    public required bool Active { get; init; }

    /// <summary>The hash of its password; null for none.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its tokens of the Django-style API, as they are.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];
}

/// <summary>What became of an account.</summary>
/// <param name="User">Which.</param>
/// <param name="Id">Who it is here; null when nobody.</param>
/// <param name="IsNew">Whether it was made now.</param>
/// <param name="Tokens">How many tokens were taken over.</param>
/// <param name="Remark">What somebody should know; null when there is nothing.</param>
public sealed record ImportedUserResult(ImportedUser User, Guid? Id, bool IsNew, int Tokens, string? Remark);
