using System.Linq.Expressions;
using Anteroom.Firm;
using Anteroom.Resumes;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What the Django-style API shows of a lead.</summary>
public sealed record LeadSummary(
    long Number,
    string FirstName,
    string LastName,
    string Email,
    LeadStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    Answers Answers
)
{
    /// <summary>The key of its resume in the store; null without one. Read for one lead only, not for a list.</summary>
    public string? ResumeKey { get; init; }
}

/// <summary>A page of summaries.</summary>
/// <param name="Rows">At most as many leads as asked for.</param>
/// <param name="Total">How many leads match on all pages; counted up to <see cref="LeadTotal.Most"/> where the database keeps no count.</param>
public sealed record LeadSummaryPage(IReadOnlyList<LeadSummary> Rows, long Total);

public sealed partial class LeadQueries
{
    /// <summary>
    /// A page by offset, one statement: how many leads match (<see cref="ListAndCountAsync"/>), and joined to it the rows, by the index on
    /// the number. Only the offset costs, about half a second for each million leads skipped.
    /// </summary>
    public async Task<LeadSummaryPage> SummariesAsync(LeadQuery query, CurrentUser user, CancellationToken cancellation)
    {
        var page = Page(query, query.Limit, user);
        var found = await Totals(query, user)
            .SelectMany(
                _ => page.DefaultIfEmpty(),
                (total, lead) =>
                    new
                    {
                        Total = total,
                        Row = lead == null
                            ? null
                            : new LeadSummary(
                                lead.Number,
                                lead.FirstName,
                                lead.LastName,
                                lead.Email,
                                lead.Status,
                                lead.CreatedAt,
                                lead.UpdatedAt,
                                lead.Answers
                            ),
                    }
            )
            .ToListAsync(cancellation);
        var rows = found.Select(each => each.Row).OfType<LeadSummary>();
        return new LeadSummaryPage(
            InOrder(rows, row => row.Number, query.Sort),
            Total(query, found is [{ Total: var total }, ..] ? total : 0).Leads
        );
    }

    /// <summary>One lead, one statement; null when there is none of that number.</summary>
    public Task<LeadSummary?> SummaryAsync(long number, CurrentUser user, CancellationToken cancellation) =>
        inSight.Of(user).Where(lead => lead.Number == number).Select(Summary).SingleOrDefaultAsync(cancellation);

    /// <summary>
    /// The resume that the store keeps under a key, with its lead, one statement; null when there is none. One that came with a
    /// merged lead is found as before.
    /// </summary>
    public async Task<(Lead Lead, Resume Resume)?> FindByResumeAsync(
        string storageKey,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var found = await inSight
            .Of(user)
            .AsNoTracking()
            .Join(
                db.Resumes.IgnoreQueryFilters([ResumeConfiguration.OwnOnly])
                    .Where(resume => resume.StorageKey == storageKey),
                lead => lead.Id,
                resume => resume.LeadId,
                (lead, resume) => new { Lead = lead, Resume = resume }
            )
            .SingleOrDefaultAsync(cancellation);
        return found is null ? null : (found.Lead, found.Resume);
    }

    private static Expression<Func<Lead, LeadSummary>> Summary { get; } =
        lead => new LeadSummary(
            lead.Number,
            lead.FirstName,
            lead.LastName,
            lead.Email,
            lead.Status,
            lead.CreatedAt,
            lead.UpdatedAt,
            lead.Answers
        )
        {
            ResumeKey = lead.Resume != null && lead.Resume.DeletedAt == null ? lead.Resume.StorageKey : null,
        };
}
