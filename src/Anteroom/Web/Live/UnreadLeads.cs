using Anteroom.Data;
using Anteroom.Leads;
using Anteroom.Notices;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Web.Live;

/// <summary>What somebody has not looked at.</summary>
/// <param name="Leads">How many new leads, at most <see cref="UnreadLeads.Most"/>.</param>
/// <param name="Notices">What the bell and the browser say.</param>
internal sealed record Unread(
    [property: System.Text.Json.Serialization.JsonPropertyName("unread")] int Leads,
    NoticeNews Notices
);

/// <summary>Counts the new leads that a user has not looked at, for the title of the window.</summary>
internal sealed class UnreadLeads(AnteroomDb db, LeadsInSight inSight, ReadNotices notices, TimeProvider time)
{
    /// <summary>The leads, and what the bell says.</summary>
    public async Task<Unread> ReadAsync(CurrentUser user, CancellationToken cancellation) =>
        new(await CountAsync(user, cancellation), await notices.NewsAsync(user, cancellation));

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
