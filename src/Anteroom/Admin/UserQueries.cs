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
public sealed record UserRow
{
    /// <summary>The id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The number in addresses.</summary>
    public required long Number { get; init; }

    /// <summary>What the user signs in with.</summary>
    public required string UserName { get; init; }

    /// <summary>The name colleagues and prospects see.</summary>
    public required string FullName { get; init; }

    /// <summary>The address.</summary>
    public required string Email { get; init; }

    /// <summary>What the user may do.</summary>
    public required Role Role { get; init; }

    /// <summary>Whether the user can sign in.</summary>
    public required UserState State { get; init; }

    /// <summary>Signs in with a code besides the password.</summary>
    public required bool TwoFactor { get; init; }

    /// <summary>How many leads are assigned to the user and not yet retained, declined or lost.</summary>
    public required long OpenLeads { get; init; }

    /// <summary>Which leads an attorney takes; null for others.</summary>
    public required User? Attorney { get; init; }

    /// <summary>When the account was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a person last changed it, UTC; null when nobody did.</summary>
    public required DateTimeOffset? ChangedAt { get; init; }
}

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
        return users.Select(user => new UserRow
        {
            Id = user.Id,
            Number = user.Number,
            UserName = user.UserName!,
            FullName = user.FullName,
            Email = user.Email!,
            Role = user.Role,
            State =
                !user.Active ? UserState.Deactivated
                : user.PasswordHash == null ? UserState.Invited
                : user.LockoutEnd > now ? UserState.Locked
                : UserState.Active,
            TwoFactor = user.TwoFactorEnabled,
            OpenLeads = db.Set<Lead>()
                .LongCount(lead => lead.AssignedTo == user.Id && EF.Constant(LeadStatus.Open).Contains(lead.Status)),
            Attorney = user.Role == Role.Attorney ? user : null,
            CreatedAt = user.CreatedAt,
            ChangedAt = user.ChangedAt,
        });
    }
}
