using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>What a user may do; the table of rights is <see cref="Rights"/>.</summary>
public enum Role
{
    /// <summary>Runs Anteroom: users, settings, every queue and failure; and everything below.</summary>
    Administrator,

    /// <summary>Takes leads.</summary>
    Attorney,

    /// <summary>Intake staff: works leads, takes none.</summary>
    Staff,
}

/// <summary>Somebody of the firm who signs in.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>1, 2, 3 …: the id in the Django-style API.</summary>
    public long Number { get; init; }

    /// <summary>The name colleagues and prospects see.</summary>
    public required string FullName { get; set; }

    /// <summary>What the user may do.</summary>
    public required Role Role { get; set; }

    /// <summary>False: cannot sign in.</summary>
    public bool Active { get; set; } = true;

    /// <summary>When the account was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
