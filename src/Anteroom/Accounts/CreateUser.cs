using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>A user to be made, as typed; not yet validated.</summary>
public sealed record NewUser(string? UserName, string? Email, string? FullName, string? Password, Role Role)
{
    /// <summary>The user is made without a password and sets one by a link.</summary>
    public bool WillSetPassword { get; init; }
}

/// <summary>What became of making a user.</summary>
public abstract record CreateUserResult
{
    private CreateUserResult() { }

    /// <summary>The user exists and may sign in.</summary>
    public sealed record Created(User User) : CreateUserResult;

    /// <summary>Nothing was made. Fields: <c>username</c>, <c>email</c>, <c>full_name</c>, <c>password</c>.</summary>
    public sealed record Invalid(FieldErrors Errors) : CreateUserResult;
}

/// <summary>Makes somebody of the firm a user.</summary>
public sealed class CreateUser(AnteroomDb db, UserManager<User> users, AuditLog audit, TimeProvider time)
{
    // It stands in for a full name that was not given, which can be no longer.
    private const int MaxUserNameLength = 100;

    /// <summary>Validates and makes the user.</summary>
    public async Task<CreateUserResult> RunAsync(NewUser wanted, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var errors = new FieldErrors();
        var userName = wanted.UserName?.Trim() ?? "";
        if (userName.Length == 0)
            errors.Add("username", "Please choose a username.");
        else if (userName.Length > MaxUserNameLength)
            errors.Add("username", $"A username can have at most {MaxUserNameLength} characters.");
        if (!EmailAddress.TryParseList(wanted.Email, out var addresses, out var problem))
            errors.Add("email", problem);
        else if (addresses.Count != 1)
            errors.Add("email", "Please enter one email address, such as name@example.com.");
        var fullName = string.IsNullOrWhiteSpace(wanted.FullName) ? userName : wanted.FullName;
        if (errors.For("username") is null && !PersonName.TryParse(fullName, "name", out fullName, out problem))
            errors.Add("full_name", problem);
        if (!wanted.WillSetPassword && string.IsNullOrEmpty(wanted.Password))
            errors.Add("password", "Please choose a password of at least 10 characters.");
        if (!errors.IsEmpty)
            return new CreateUserResult.Invalid(errors);

        var user = new User
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            UserName = userName,
            Email = addresses[0].Address,
            EmailConfirmed = true,
            FullName = fullName!,
            Role = wanted.Role,
            CreatedAt = time.GetUtcNow(),
        };
        // The caller's transaction, or one of our own: no account without its line in the audit log.
        await using var transaction = db.Database.CurrentTransaction is null
            ? await db.Database.BeginTransactionAsync(cancellation)
            : null;
        var made = await MakeAsync(user, wanted.WillSetPassword ? null : wanted.Password);
        if (made.Succeeded)
        {
            audit.Write(
                db,
                AuditKind.UserChanged,
                $"{(wanted.WillSetPassword ? "invited" : "created the account of")} {user.FullName} ({user.UserName}), {user.Role.ToWire()}",
                $"user:{user.Number}"
            );
            await db.SaveChangesAsync(cancellation);
            if (transaction is not null)
                await transaction.CommitAsync(cancellation);
            return new CreateUserResult.Created(user);
        }

        made.AddTo(errors, "password");
        return new CreateUserResult.Invalid(errors);
    }

    /// <summary>Identity asks whether the name is free and then writes; the database has the last word.</summary>
    private async Task<IdentityResult> MakeAsync(User user, string? password)
    {
        try
        {
            return password is null ? await users.CreateAsync(user) : await users.CreateAsync(user, password);
        }
        catch (DbUpdateException error)
            when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } taken)
        {
            return IdentityResult.Failed(
                taken.ConstraintName == "ix_users_normalized_email"
                    ? users.ErrorDescriber.DuplicateEmail(user.Email!)
                    : users.ErrorDescriber.DuplicateUserName(user.UserName!)
            );
        }
    }
}
