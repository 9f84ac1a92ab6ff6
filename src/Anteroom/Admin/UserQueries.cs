using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Leads;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Admin;

/// <summary>Whether and how somebody can sign in.</summary>
public enum UserState
{
    /// <summary>Can sign in.</summary>
    Active,

    /// <summary>Has not set a password yet.</summary>
    Invited,

    /// <summary>Has been shut out for some minutes after wrong passwords.</summary>
    Locked,

    /// <summary>Cannot sign in.</summary>
    Deactivated,
}

/// <summary>What the pages show of a user.</summary>
/// <param name="Id">The id.</param>
/// <param name="Number">The number in addresses.</param>
/// <param name="UserName">What the user signs in with.</param>
/// <param name="FullName">The name colleagues and prospects see.</param>
/// <param name="Email">The address.</param>
/// <param name="Role">What the user may do.</param>
/// <param name="State">Whether the user can sign in.</param>
/// <param name="TwoFactor">Signs in with a code besides the password.</param>
/// <param name="OpenLeads">How many leads are assigned to the user and not yet retained, declined or lost.</param>
/// <param name="CreatedAt">When the account was made, UTC.</param>
/// <param name="ChangedAt">When a person last changed it, UTC; null when nobody did.</param>
public sealed record UserRow(
    Guid Id,
    long Number,
    string UserName,
    string FullName,
    string Email,
    Role Role,
    UserState State,
    bool TwoFactor,
    long OpenLeads,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ChangedAt
);

/// <summary>A user as a list to choose from shows one.</summary>
public sealed record UserName(Guid Id, string Name);

/// <summary>Reads users for the administrators' pages.</summary>
public sealed class UserQueries(AnteroomDb db, TimeProvider time)
{
    /// <summary>Everybody: the active first, then by name. One statement.</summary>
    public async Task<IReadOnlyList<UserRow>> ListAsync(CancellationToken cancellation) =>
        await Rows(
                db.Users.OrderByDescending(user => user.Active)
                    .ThenBy(user => user.FullName)
                    .ThenBy(user => user.Number)
            )
            .ToListAsync(cancellation);

    /// <summary>One user; null when there is none.</summary>
    public Task<UserRow?> FindAsync(long number, CancellationToken cancellation) =>
        Rows(db.Users.Where(user => user.Number == number)).SingleOrDefaultAsync(cancellation);

    /// <summary>Everybody by name, to choose from. One statement.</summary>
    public async Task<IReadOnlyList<UserName>> NamesAsync(CancellationToken cancellation) =>
        await db
            .Users.OrderBy(user => user.FullName)
            .Select(user => new UserName(user.Id, user.FullName))
            .ToListAsync(cancellation);

    private IQueryable<UserRow> Rows(IQueryable<User> users)
    {
        var now = time.GetUtcNow();
        return users.Select(user => new UserRow(
            user.Id,
            user.Number,
            user.UserName!,
            user.FullName,
            user.Email!,
            user.Role,
            !user.Active ? UserState.Deactivated
                : user.PasswordHash == null ? UserState.Invited
                : user.LockoutEnd > now ? UserState.Locked
                : UserState.Active,
            user.TwoFactorEnabled,
            db.Set<Lead>()
                .LongCount(lead => lead.AssignedTo == user.Id && EF.Constant(LeadStatus.Open).Contains(lead.Status)),
            user.CreatedAt,
            user.ChangedAt
        ));
    }
}
