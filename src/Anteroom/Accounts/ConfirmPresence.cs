namespace Anteroom.Accounts;

/// <summary>
/// Makes sure that it is the user who adds a passkey or second factor, and nobody at an open screen: by the password, unless the user has
/// just shown to be there (<see cref="UserSessions.Fresh"/>), by password, code or passkey.
/// </summary>
public sealed class ConfirmPresence(UserSessions sessions, ConfirmPassword confirm)
{
    /// <summary>What is wrong, as a sentence; null when the user is there.</summary>
    public async Task<string?> ProblemAsync(
        HttpContext context,
        Guid userId,
        string? password,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        if (string.IsNullOrEmpty(password) && await sessions.IsFreshAsync(context.User, cancellation))
            return null;
        if (await confirm.ProblemAsync(userId, password, cancellation) is { } problem)
            return problem;
        await sessions.ConfirmAsync(context.User, cancellation);
        return null;
    }
}
