using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>
/// Which leads a user may see: all of them, unless the firm restricts attorneys to their own and the unassigned
/// (<see cref="FirmOptions.AttorneysSeeOnlyTheirs"/>). Everything that reads or changes a lead for a user goes through here.
/// </summary>
public sealed class LeadsInSight(AnteroomDb db, IOptions<FirmOptions> firm)
{
    /// <summary>The leads that <paramref name="user"/> may see; others are as if they did not exist.</summary>
    public IQueryable<Lead> Of(CurrentUser user) => Of(user, db.Leads);

    /// <summary>Those of <paramref name="among"/> that <paramref name="user"/> may see.</summary>
    public IQueryable<Lead> Of(CurrentUser user, IQueryable<Lead> among) =>
        IsRestricted(user) ? among.Where(lead => lead.AssignedTo == null || lead.AssignedTo == user.Id) : among;

    /// <summary>How many leads <paramref name="user"/> may see, in pieces to be added up.</summary>
    public IQueryable<LeadCount> CountsOf(CurrentUser user) =>
        IsRestricted(user)
            ? db.LeadCounts.Where(count => count.AssignedTo == null || count.AssignedTo == user.Id)
            : db.LeadCounts;

    /// <summary>Whether <paramref name="user"/> may see <paramref name="lead"/>.</summary>
    public bool MaySee(User user, Lead lead) =>
        user.Role != Role.Attorney
        || !firm.Value.AttorneysSeeOnlyTheirs
        || lead.AssignedTo is null
        || lead.AssignedTo == user.Id;

    /// <summary>The same for who is signed in.</summary>
    public bool MaySee(CurrentUser user, Lead lead) =>
        !IsRestricted(user) || lead.AssignedTo is null || lead.AssignedTo == user.Id;

    /// <summary>Whether there may be leads that <paramref name="user"/> may not see.</summary>
    public bool IsRestricted(CurrentUser user) => user.Role == Role.Attorney && firm.Value.AttorneysSeeOnlyTheirs;
}
