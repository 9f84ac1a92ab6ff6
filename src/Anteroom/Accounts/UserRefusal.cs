namespace Anteroom.Accounts;

/// <summary>Why an administrator's change to a user was not made.</summary>
public abstract record UserRefusal : Refusal
{
    private UserRefusal() { }

    /// <summary>Nobody takes their own access away by accident: another administrator has to do it.</summary>
    public sealed record Yourself : UserRefusal;

    /// <summary>Nobody would be left to run Anteroom.</summary>
    public sealed record LastAdministrator : UserRefusal;

    /// <summary>The user is deactivated; reactivate first.</summary>
    public sealed record Inactive : UserRefusal;
}
