using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Mail;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>Sends a user the email with the link to set a password.</summary>
public sealed partial class SendPasswordLink(
    AnteroomDb db,
    UserManager<User> users,
    UserEmails emails,
    UserLinks links,
    AuditLog audit,
    WorkSignal signal,
    IServiceScopeFactory scopes,
    ILogger<SendPasswordLink> log,
    TimeProvider time
)
{
    /// <summary>Between two emails to somebody who forgot: a stranger who asks on and on fills no mailbox.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(3);

    /// <summary>The longest text that can be a username or an address.</summary>
    private const int LongestName = 320;

    /// <summary>For an administrator, who names the user by number.</summary>
    public Task<Refusal?> RunAsync(long number, CancellationToken cancellation) =>
        RunAsync(number, forgotten: false, cancellation);

    private async Task<Refusal?> RunAsync(long number, bool forgotten, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.LockUserAsync(number, cancellation) is not { User: var user })
            return new Refusal.NotFound();
        if (!user.Active)
            return new UserRefusal.Inactive();
        if (forgotten && await links.MadeAtAsync(user.Id, UserLink.Password, cancellation) > time.GetUtcNow() - Pause)
            return null;

        await db.QueueAsync(await emails.PasswordLinkAsync(user, cancellation), cancellation);
        audit.Write(
            db,
            AuditKind.CredentialsChanged,
            forgotten
                ? $"had a link to set a forgotten password sent to {user.FullName}"
                : $"had a link to set a password sent to {user.FullName}",
            $"user:{user.Number}"
        );
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        return null;
    }

    /// <summary>
    /// For somebody who forgot theirs. Says nothing, and does nothing when there is no such active user. The link is made and its email
    /// queued on its own: who waits for this waits for the same statements, whether the user exists or not.
    /// </summary>
    /// <returns>The sending; it never fails, and nobody outside the firm may be let wait for it.</returns>
    public async Task<Task> RunAsync(string? nameOrEmail, CancellationToken cancellation)
    {
        var name = nameOrEmail?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Contains('\0', StringComparison.Ordinal))
            return Task.CompletedTask;

        var user = await users.FindByNameAsync(name);
        if (user is null && name.Contains('@', StringComparison.Ordinal))
            user = await users.FindByEmailAsync(name);
        return user is { Active: true }
            ? Task.Run(() => SendAsync(user.Number), CancellationToken.None)
            : Task.CompletedTask;
    }

    /// <summary>In a scope of its own: the request may have ended. What fails here is asked for again by whoever forgot.</summary>
    private async Task SendAsync(long number)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope
                .ServiceProvider.GetRequiredService<SendPasswordLink>()
                .RunAsync(number, forgotten: true, CancellationToken.None);
        }
#pragma warning disable CA1031 // nobody waits for it
        catch (Exception error)
#pragma warning restore CA1031
        {
            NotSent(log, number, error);
        }
    }

    [LoggerMessage(LogLevel.Error, "The link for the forgotten password of user {Number} was not sent")]
    private static partial void NotSent(ILogger logger, long number, Exception error);
}
