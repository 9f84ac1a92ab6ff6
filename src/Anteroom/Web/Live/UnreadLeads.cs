using Anteroom.Data;
using Anteroom.Leads;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Web.Live;

/// <summary>How many leads somebody has not looked at.</summary>
/// <param name="Leads">At most <see cref="UnreadLeads.Most"/>.</param>
internal sealed record Unread([property: System.Text.Json.Serialization.JsonPropertyName("unread")] int Leads);

/// <summary>Counts the new leads that a user has not looked at, for the title of the window.</summary>
internal sealed class UnreadLeads(AnteroomDb db, LeadsInSight inSight, TimeProvider time)
{
    /// <summary>The count stops here.</summary>
    public const int Most = 100;

    /// <summary>Only this many of the newest leads are looked at, so the cost does not grow with the number of leads.</summary>
    private const int Newest = 1_000;

    private static readonly TimeSpan New = TimeSpan.FromDays(30);

    /// <summary>One statement.</summary>
    public Task<int> CountAsync(CurrentUser user, CancellationToken cancellation)
    {
        var since = time.GetUtcNow() - New;
        return inSight
            .Of(user)
            .OrderByDescending(lead => lead.Number)
            .Take(Newest)
            .Where(lead =>
                lead.CreatedAt > since
                && lead.Status == LeadStatus.Registered
                && !db.Set<LeadRead>().Any(read => read.UserId == user.Id && read.LeadId == lead.Id)
            )
            .Take(Most)
            .CountAsync(cancellation);
    }
}
