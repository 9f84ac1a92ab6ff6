using Anteroom.Accounts;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Somebody who takes leads, with how many they have.</summary>
/// <param name="User">The account.</param>
/// <param name="Workload">Open leads assigned: neither retained nor declined nor lost.</param>
public sealed record Attorney(User User, int Workload);

/// <summary>The firm's attorneys and how busy they are.</summary>
public sealed class Attorneys(AnteroomDb db)
{
    /// <summary>The active ones, the least busy first, one statement.</summary>
    public async Task<IReadOnlyList<Attorney>> ListAsync(CancellationToken cancellation)
    {
        var attorneys = await Query(db.Users.Where(user => user.Role == Role.Attorney && user.Active))
            .ToListAsync(cancellation);
        // A firm has tens of attorneys, not thousands.
        return
        [
            .. attorneys
                .OrderBy(attorney => attorney.Workload)
                .ThenBy(attorney => attorney.User.LastAssignedAt)
                .ThenBy(attorney => attorney.User.Number),
        ];
    }

    /// <summary>One of them, one statement; null when there is none with this id.</summary>
    public Task<Attorney?> FindAsync(Guid id, CancellationToken cancellation) =>
        Query(db.Users.Where(user => user.Id == id && user.Role == Role.Attorney && user.Active))
            .SingleOrDefaultAsync(cancellation);

    private IQueryable<Attorney> Query(IQueryable<User> users) =>
        users
            .AsNoTracking()
            .Select(user => new Attorney(
                user,
                (int)
                    db.Set<LeadCount>()
                        .Where(count =>
                            count.AssignedTo == user.Id && EF.Constant(LeadStatus.Open).Contains(count.Status)
                        )
                        .Sum(count => count.Leads)
            ));
}
