namespace Anteroom.Accounts;

/// <summary>What became of an administrator's change to a user.</summary>
public abstract record ChangeUserResult
{
    private ChangeUserResult() { }

    /// <summary>It is as wished, now or already before.</summary>
    public sealed record Done(User User) : ChangeUserResult;

    /// <summary>There is no such user.</summary>
    public sealed record NotFound : ChangeUserResult;

    /// <summary>Nobody takes their own access away by accident: another administrator has to do it.</summary>
    public sealed record Yourself : ChangeUserResult;

    /// <summary>Nobody would be left to run Anteroom.</summary>
    public sealed record LastAdministrator : ChangeUserResult;

    /// <summary>The user is deactivated; reactivate first.</summary>
    public sealed record Inactive : ChangeUserResult;
}
