using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

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
public sealed class SetUpFirm(AnteroomDb db, CreateUser createUser, TimeProvider time)
{
    internal static readonly TimeSpan LinkLife = TimeSpan.FromDays(7);

    /// <summary>Whether there is no administrator yet.</summary>
    public async Task<bool> IsNeededAsync(CancellationToken cancellation) =>
        !await db.Users.AnyAsync(user => user.Role == Role.Administrator, cancellation);

    /// <summary>Makes a new link; returns its token, which is kept nowhere.</summary>
    public async Task<string> MakeLinkAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var oldest = now - LinkLife;
        await db.SetupLinks.Where(link => link.CreatedAt < oldest).ExecuteDeleteAsync(cancellation);
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        db.SetupLinks.Add(new SetupLink { TokenHash = Hash(token), CreatedAt = now });
        await db.SaveChangesAsync(cancellation);
        return token;
    }

    /// <summary>Whether the link with this token may still be used.</summary>
    public async Task<bool> IsOpenAsync(string? token, CancellationToken cancellation)
    {
        var hash = Hash(token);
        var oldest = time.GetUtcNow() - LinkLife;
        return await db.SetupLinks.AnyAsync(link => link.TokenHash == hash && link.CreatedAt >= oldest, cancellation)
            && await IsNeededAsync(cancellation);
    }

    /// <summary>Makes the administrator and spends every open link.</summary>
    public async Task<SetUpResult> RunAsync(string? token, NewAdministrator who, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Two people with the link at the same moment: the second waits here and then finds an administrator.
        await db.Database.ExecuteSqlAsync($"lock table setup_links in exclusive mode", cancellation);
        if (!await IsOpenAsync(token, cancellation))
            return new SetUpResult.LinkSpent();

        var created = await createUser.RunAsync(
            new NewUser(who.UserName, who.Email, who.FullName, who.Password, Role.Administrator),
            cancellation
        );
        if (created is CreateUserResult.Invalid invalid)
            return new SetUpResult.Invalid(invalid.Errors);

        await db.SetupLinks.ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new SetUpResult.Created(((CreateUserResult.Created)created).User);
    }

    private static byte[] Hash(string? token) => SHA256.HashData(Encoding.UTF8.GetBytes(token ?? ""));
}
