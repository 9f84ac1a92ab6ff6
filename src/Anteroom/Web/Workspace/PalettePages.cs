using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>A lead in the command palette.</summary>
internal sealed record FoundLead(long Number, string Name, string Email, string Status)
{
    /// <summary>Where it was found, when neither name nor address says so: <c>Resume: … a paralegal …</c>.</summary>
    public string? Hit { get; init; }
}

/// <summary>What the command palette finds while someone types.</summary>
internal static class PalettePages
{
    private const int Most = 8;

    // Those whose name or address it is come before those that only mention it.
    private const int Considered = 30;

    public static void MapPalette(this IEndpointRouteBuilder leads) => leads.MapGet("/find", FindAsync);

    /// <summary>What the search box finds: the newest few, those first whose name or address it is.</summary>
    private static async Task<IResult> FindAsync(
        string? q,
        CurrentUser user,
        LeadQueries leads,
        SearchHits searchHits,
        CancellationToken cancellation
    )
    {
        if (!LeadSearch.IsAsked(q) || q!.Length > ListQuery.LongestSearch || q.Any(char.IsControl))
            return Results.Ok(Array.Empty<FoundLead>());
        var query = new LeadQuery
        {
            Filter = new() { Search = q },
            Limit = Considered,
        };
        var found = (await leads.ListAsync(query, user, cancellation)).Leads;
        var hits = await searchHits.OfAsync(
            q,
            found.Select(lead => (lead.Number, lead.FullName, lead.Email)),
            cancellation
        );
        return Results.Ok(
            found
                .OrderBy(lead => hits.ContainsKey(lead.Number))
                .Take(Most)
                .Select(lead => new FoundLead(lead.Number, lead.FullName, lead.Email, T[lead.Status.ToLabel()])
                {
                    Hit = hits.TryGetValue(lead.Number, out var hit)
                        ? $"{T[hit.Label]}: {string.Concat(hit.Text.Select(piece => piece.Text))}"
                        : null,
                })
                .ToArray()
        );
    }
}
