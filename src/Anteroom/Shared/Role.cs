namespace Anteroom.Shared;

/// <summary>What a user may do; the table of rights is <c>Accounts/Rights.cs</c>.</summary>
public enum Role
{
    /// <summary>Runs Anteroom: users, settings, every queue and failure; and everything below.</summary>
    Administrator,

    /// <summary>Takes leads.</summary>
    Attorney,

    /// <summary>Intake staff: works leads, takes none.</summary>
    Staff,

    /// <summary>Watches how the product runs and changes nothing; sees no lead.</summary>
    Operator,
}
