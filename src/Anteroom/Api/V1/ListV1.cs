using System.Text.Json;
using Anteroom.Leads;

namespace Anteroom.Api.V1;

/// <summary>
/// The answers of the list. When a lead changes, every open program reads its list again at the same moment: the same list is read and
/// written once for all of them.
/// </summary>
internal sealed class ListV1(IServiceScopeFactory scopes)
{
    private readonly OnceForAll<Asked, Answer> _answers = new(asked => ReadAsync(scopes, asked));

    /// <summary>The page that <paramref name="query"/> asks for.</summary>
    /// <param name="text">The query string that it was read from.</param>
    /// <param name="query">What it says.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="inSight">Which leads that user may see.</param>
    public Task<Answer> ReadAsync(string text, LeadQuery query, CurrentUser user, LeadsInSight inSight) =>
        _answers.AskAsync(
            new Asked(text, query.Filter.AssignedTo, inSight.IsRestricted(user) ? user.Id : null)
            {
                Query = query,
                User = user,
            }
        );

    private static async Task<Answer> ReadAsync(IServiceScopeFactory scopes, Asked asked)
    {
        await using var scope = scopes.CreateAsyncScope();
        var leads = scope.ServiceProvider.GetRequiredService<LeadQueries>();
        var page = await leads.ListAndCountAsync(asked.Query, asked.User, CancellationToken.None);
        var hits = await scope
            .ServiceProvider.GetRequiredService<SearchHits>()
            .OfAsync(
                asked.Query.Filter.Search,
                page.Leads.Select(lead => (lead.Number, lead.FullName, lead.Email)),
                CancellationToken.None
            );
        var next = page.Next is { } cursor ? ListQueryV1.Write(cursor) : null;
        var written = new LeadPageV1(
            [.. page.Leads.Select(lead => LeadV1.From(lead, hits.GetValueOrDefault(lead.Number)))],
            asked.Query.Limit,
            asked.Query.Offset,
            next,
            page.Total.Leads,
            page.Total.IsExact
        );
        return new Answer(
            JsonSerializer.SerializeToUtf8Bytes(written, V1Json.Default.LeadPageV1),
            next,
            page.Total.Leads
        );
    }

    /// <param name="Json">The page as it goes out.</param>
    /// <param name="Next">Where the next page begins; null on the last.</param>
    /// <param name="Total">How many leads match.</param>
    internal sealed record Answer(byte[] Json, string? Next, long Total);

    // Equal when the answer is: the query string says "me", and who may not see all leads has answers of their own.
    private sealed record Asked(string Text, Guid? Owner, Guid? Reader)
    {
        public required LeadQuery Query { get; init; }

        public required CurrentUser User { get; init; }

        public bool Equals(Asked? other) => (Text, Owner, Reader) == (other?.Text, other?.Owner, other?.Reader);

        public override int GetHashCode() => HashCode.Combine(Text, Owner, Reader);
    }
}
