using Anteroom.Data;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>Somebody to be invited, as typed; not yet validated.</summary>
public sealed record Invitation(string? FullName, string? Email, string? UserName, Role Role);

/// <summary>Makes a user without a password and sends the email with the link to set one, in one transaction.</summary>
public sealed class InviteUser(AnteroomDb db, CreateUser createUser, UserEmails emails, WorkSignal signal)
{
    /// <summary>Validates, makes the user and queues the invitation.</summary>
    public async Task<CreateUserResult> RunAsync(Invitation who, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        try
        {
            var result = await createUser.RunAsync(
                new NewUser(who.UserName, who.Email, who.FullName, Password: null, who.Role) { WillSetPassword = true },
                cancellation
            );
            if (result is not CreateUserResult.Created created)
                return result;

            await db.QueueAsync(await emails.PasswordLinkAsync(created.User, cancellation), cancellation);
            await transaction.CommitAsync(cancellation);
            signal.Poke(WorkSignal.Emails);
            return result;
        }
        catch (DbUpdateException taken)
            when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } which)
        {
            // Two administrators invited the same person at the same moment.
            var errors = new FieldErrors();
            errors.Add(
                which.ConstraintName == "ix_users_normalized_email" ? "email" : "username",
                "Someone else has just taken this. Reload the page to see who."
            );
            return new CreateUserResult.Invalid(errors);
        }
    }
}
