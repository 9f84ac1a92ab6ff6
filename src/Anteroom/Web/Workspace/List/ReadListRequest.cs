using System.Diagnostics.CodeAnalysis;
using Anteroom.Firm;
using Anteroom.Leads;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Workspace.List;

/// <summary>A request for the list or the board.</summary>
/// <param name="Context">What surrounds the leads.</param>
/// <param name="Query">The query of the address; null when it makes no sense.</param>
/// <param name="Leads">The same, as use cases take it.</param>
/// <param name="Problem">The page that says why it makes no sense.</param>
internal sealed record ListRequest(ListContext Context, ListQuery? Query, LeadQuery Leads, IResult? Problem)
{
    /// <summary>Whether it can be answered.</summary>
    [MemberNotNullWhen(true, nameof(Query))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsClear => Query is not null;
}

/// <summary>Reads the address of the list or the board, and what surrounds the leads.</summary>
internal sealed class ReadListRequest(ReadListContext readContext, IOptions<FirmOptions> firm, TimeProvider time)
{
    public IReadOnlyList<string> PracticeAreas => firm.Value.PracticeAreas;

    /// <summary>One instant for everything in the response.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>One statement.</summary>
    /// <param name="text">The query of an address.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="undo">The change that the user can undo; null for none.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ListRequest> RunAsync(string? text, CurrentUser user, Guid? undo, CancellationToken cancellation)
    {
        var context = await readContext.RunAsync(user, undo, cancellation);
        var wanted = ListQuery.ViewIn(text);
        var view = context.Views.FirstOrDefault(one => one.Id == wanted);
        if (wanted is not null && view is null)
            return Refused(
                ErrorPages.For(
                    StatusCodes.Status404NotFound,
                    "There is no such view",
                    "It may have been deleted, or it is somebody else's."
                )
            );
        var query = ListQuery.Read(text, user, view, out var problem);
        return query is null
            ? Refused(ErrorPages.For(StatusCodes.Status400BadRequest, "That filter does not work", problem!))
            : new ListRequest(context, query, query.ToLeadQuery(Now, firm.Value.Zone), Problem: null);

        ListRequest Refused(IResult answer) => new(context, Query: null, new LeadQuery(), answer);
    }

    /// <summary>The leads of a filter by itself, as forms send it.</summary>
    public LeadQuery ToLeadQuery(LeadFilter filter) => filter.ToLeadQuery(Now, firm.Value.Zone);
}
