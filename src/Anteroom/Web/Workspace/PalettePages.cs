using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>A lead in the command palette.</summary>
internal sealed record FoundLead(long Number, string Name, string Email, string Status);

/// <summary>What the command palette finds while someone types.</summary>
internal static class PalettePages
{
    private const int Most = 8;

    public static void MapPalette(this IEndpointRouteBuilder leads) => leads.MapGet("/find", FindAsync);

    /// <summary>What the search box finds, the newest few.</summary>
    private static async Task<IResult> FindAsync(
        string? q,
        CurrentUser user,
        LeadQueries leads,
        CancellationToken cancellation
    )
    {
        if (!LeadSearch.IsAsked(q) || q!.Length > ListQuery.LongestSearch || q.Any(char.IsControl))
            return Results.Ok(Array.Empty<FoundLead>());
        var query = new LeadQuery
        {
            Filter = new() { Search = q },
            Limit = Most,
        };
        var found = await leads.ListAsync(query, user, cancellation);
        return Results.Ok(
            found
                .Leads.Select(lead => new FoundLead(lead.Number, lead.FullName, lead.Email, lead.Status.ToLabel()))
                .ToArray()
        );
    }
}
