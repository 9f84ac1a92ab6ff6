using Anteroom.Shared;

namespace Anteroom.Accounts;

/// <summary>The first administrator, as typed; not yet validated.</summary>
public sealed record NewAdministrator(string? UserName, string? Email, string? FullName, string? Password);

/// <summary>What became of setting up.</summary>
public abstract record SetUpResult
{
    private SetUpResult() { }

    /// <summary>The administrator exists and may sign in.</summary>
    public sealed record Created(User User) : SetUpResult;

    /// <summary>Nothing was made. Fields: <c>username</c>, <c>email</c>, <c>full_name</c>, <c>password</c>.</summary>
    public sealed record Invalid(FieldErrors Errors) : SetUpResult;

    /// <summary>The link is wrong, or there is an administrator already.</summary>
    public sealed record LinkSpent : SetUpResult;
}

/// <summary>Makes the first administrator, once, for the holder of the link printed at the start.</summary>
public sealed class SetUpFirm
{
    /// <summary>Whether the link with this token may still be used.</summary>
    public Task<bool> IsOpenAsync(string? token, CancellationToken cancellation) => throw new NotSupportedException();

    /// <summary>Makes the administrator and spends the link.</summary>
    public Task<SetUpResult> RunAsync(string? token, NewAdministrator who, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
