using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Mail;
using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>Sends a user the email with the link to set a password.</summary>
public sealed class SendPasswordLink(
    AnteroomDb db,
    UserManager<User> users,
    UserEmails emails,
    UserLinks links,
    AuditLog audit,
    WorkSignal signal,
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

    /// <summary>For somebody who forgot theirs. Does nothing, and says nothing, when there is no such active user.</summary>
    public async Task RunAsync(string? nameOrEmail, CancellationToken cancellation)
    {
        var name = nameOrEmail?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Contains('\0', StringComparison.Ordinal))
            return;

        var user = await users.FindByNameAsync(name);
        if (user is null && name.Contains('@', StringComparison.Ordinal))
            user = await users.FindByEmailAsync(name);
        if (user is { Active: true })
            await RunAsync(user.Number, forgotten: true, cancellation);
    }
}
