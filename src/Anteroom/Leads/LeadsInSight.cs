using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Operations;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>
/// Which leads a user may see: all of them, unless the firm restricts attorneys to their own and the unassigned
/// (<see cref="FirmOptions.AttorneysSeeOnlyTheirs"/>). Everything that reads or changes a lead for a user goes through here.
/// </summary>
public sealed class LeadsInSight(AnteroomDb db, IOptions<FirmOptions> firm)
{
    /// <summary>The leads of <paramref name="user"/>; a lead out of sight is as if it did not exist.</summary>
    public IQueryable<Lead> Of(CurrentUser user) =>
        user.Role == Role.Attorney && firm.Value.AttorneysSeeOnlyTheirs
            ? db.Leads.Where(lead => lead.AssignedTo == null || lead.AssignedTo == user.Id)
            : db.Leads;
}
