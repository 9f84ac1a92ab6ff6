using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Finds leads with their resumes by id, for programs; those that are asked for at the same time with one statement.</summary>
/// <remarks>It finds every lead that is not in the trash: who asks goes on with <see cref="LeadsInSight.MaySee(CurrentUser, Lead)"/>.</remarks>
public sealed class LeadByKey
{
    private const int Most = 100;
    private readonly Together<Guid, Lead?> _together;

    /// <summary>Reads in scopes of its own.</summary>
    public LeadByKey(IServiceScopeFactory scopes) =>
        _together = new(Most, ids => ReadAsync(scopes, ids), concernsAll: _ => true);

    /// <summary>The lead; null when there is none of that id.</summary>
    public Task<Lead?> FindAsync(Guid id) => _together.RunAsync(id);

    private static async Task<IReadOnlyList<Lead?>> ReadAsync(IServiceScopeFactory scopes, IReadOnlyList<Guid> ids)
    {
        await using var scope = scopes.CreateAsyncScope();
        var found = await scope
            .ServiceProvider.GetRequiredService<AnteroomDb>()
            .Leads.AsNoTracking()
            .Where(lead => ids.Contains(lead.Id))
            .Select(lead => new FoundLead { Lead = lead, Resume = lead.Resume })
            .ToListAsync();
        var leads = found.Select(each => each.Whole!).ToDictionary(lead => lead.Id);
        return [.. ids.Select(leads.GetValueOrDefault)];
    }
}
