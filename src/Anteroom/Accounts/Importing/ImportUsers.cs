using Anteroom.Audit;
using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>
/// Makes users of another system's accounts, with the passwords and tokens that they have there. Who came before is known again. An account
/// whose name or address somebody here has already is left out: what opens one must not open the other.
/// </summary>
public sealed class ImportUsers(AnteroomDb db, AuditLog audit, TimeProvider time)
{
    private const int LongestName = 100;
    private const int LongestToken = 200;

    /// <summary>Takes them over, in one transaction.</summary>
    /// <param name="system">Which system they come from: <c>django</c>.</param>
    /// <param name="users">Whom.</param>
    /// <param name="dryRun">Only says what would become of them.</param>
    /// <param name="cancellation">Gives up; nothing is changed.</param>
    public async Task<IReadOnlyList<ImportedUserResult>> RunAsync(
        string system,
        IReadOnlyList<ImportedUser> users,
        bool dryRun,
        CancellationToken cancellation
    )
    {
        var results = new List<ImportedUserResult>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Past the highest first, so that nobody else is given one of them.
        if (!dryRun && users.Max(user => user.Number) is > 0 and var highest)
            await db.Database.ExecuteSqlAsync(
                $"select setval('user_numbers', {highest}) where {highest} > (select last_value from user_numbers)",
                cancellation
            );
        foreach (var user in users)
            results.Add(await TakeAsync(system, user, cancellation));
        if (dryRun)
            await transaction.RollbackAsync(cancellation);
        else
            await transaction.CommitAsync(cancellation);
        db.ChangeTracker.Clear();
        return results;
    }

    private async Task<ImportedUserResult> TakeAsync(string system, ImportedUser from, CancellationToken cancellation)
    {
        if (
            await db.Set<IdentityUserLogin<Guid>>()
                .Where(login => login.LoginProvider == system && login.ProviderKey == from.Origin)
                .Select(login => (Guid?)login.UserId)
                .FirstOrDefaultAsync(cancellation) is
            { } known
        )
            // Without their tokens: somebody may have revoked them here.
            return new(from, known, IsNew: false, Tokens: 0, Remark: null);

        var name = from.UserName.Trim();
        if (name.Length is 0 or > LongestName)
            return Not($"has no username of 1 to {LongestName} characters");
        var remarks = new List<string>();
        var hasAddress = EmailAddress.TryParse(from.Email, out var address, out _);
        if (!hasAddress)
            remarks.Add(
                "has no valid email address, so no email reaches them and they take no leads until they have one"
            );
        var email = hasAddress ? address!.Address : $"{Guid.CreateVersion7():N}@no-address.invalid";
        var (foldedName, foldedEmail) = (AccountName.Fold(name), AccountName.Fold(email));
        if (
            await db
                .Users.Where(user =>
                    user.NormalizedUserName == foldedName
                    || user.NormalizedEmail == foldedEmail
                    || user.NormalizedEmail == foldedName
                )
                .Select(user => user.UserName)
                .FirstOrDefaultAsync(cancellation) is
            { } there
        )
            return Not($"has the name or the address of {there}, who is here already and was left as is");

        var hash = from.PasswordHash;
        if (hash is not null && !PasswordHashes.IsDjangos(hash))
        {
            hash = null;
            remarks.Add("has no password that can be checked here; send them a link to set one");
        }

        var user = await MakeAsync(from, name, email, hash, takesLeads: hasAddress, cancellation);
        db.Set<IdentityUserLogin<Guid>>()
            .Add(
                new()
                {
                    LoginProvider = system,
                    ProviderKey = from.Origin,
                    ProviderDisplayName = "Import",
                    UserId = user.Id,
                }
            );
        audit.Write(
            db,
            AuditKind.UserChanged,
            $"took over the account of {user.FullName} ({user.UserName}), {user.Role.ToWire()}",
            $"user:{user.Number}"
        );
        await db.SaveChangesAsync(cancellation);
        return new(
            from,
            user.Id,
            IsNew: true,
            await AddTokensAsync(user.Id, from, cancellation),
            remarks.Count == 0 ? null : string.Join("; ", remarks)
        );

        ImportedUserResult Not(string why) => new(from, Id: null, IsNew: false, Tokens: 0, why);
    }

    private async Task<User> MakeAsync(
        ImportedUser from,
        string name,
        string email,
        string? hash,
        bool takesLeads,
        CancellationToken cancellation
    )
    {
        var isFree = from.Number > 0 && !await db.Users.AnyAsync(user => user.Number == from.Number, cancellation);
        var hasId = from.Id is { } id && !await db.Users.AnyAsync(user => user.Id == id, cancellation);
        var user = new User
        {
            Id = hasId ? from.Id!.Value : Guid.CreateVersion7(time.GetUtcNow()),
            Number = isFree ? from.Number!.Value : 0,
            UserName = name,
            NormalizedUserName = AccountName.Fold(name),
            Email = email,
            NormalizedEmail = AccountName.Fold(email),
            EmailConfirmed = true,
            FullName = PersonName.TryParse(from.FullName, "name", out var full, out _) ? full : name,
            Role = from.Role,
            Active = from.Active,
            Available = takesLeads,
            PasswordHash = hash,
            SecurityStamp = Guid.NewGuid().ToString("N"),
            LockoutEnabled = true,
            CreatedAt = Sql.Instant(from.CreatedAt),
        };
        db.Users.Add(user);
        await db.SaveChangesAsync(cancellation);
        return user;
    }

    /// <summary>Those that are not there yet. They count from today: the firm may end tokens of a certain age.</summary>
    private async Task<int> AddTokensAsync(Guid user, ImportedUser from, CancellationToken cancellation)
    {
        var added = 0;
        foreach (var token in from.Tokens.Where(token => token.Length is > 0 and <= LongestToken))
            added += await db.Database.ExecuteSqlAsync(
                $"insert into api_tokens (hash, user_id, created_at, name) values ({ApiTokens.HashOf(token)}, {user}, {time.GetUtcNow()}, 'Import') on conflict do nothing",
                cancellation
            );
        return added;
    }
}
