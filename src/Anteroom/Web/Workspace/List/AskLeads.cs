using System.Diagnostics.CodeAnalysis;
using Anteroom.Firm;
using Anteroom.Leads;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Workspace.List;

/// <summary>Reads what the address of the list or the board asks, with what stands around the answer.</summary>
internal sealed class AskLeads(ReadListContext readDesk, IOptions<FirmOptions> firm, TimeProvider time)
{
    /// <summary>What was asked, or the page that says why it cannot be meant.</summary>
    /// <param name="ListContext">What stands around it.</param>
    /// <param name="Query">The question; null when it cannot be meant.</param>
    /// <param name="Leads">The same as use cases take it.</param>
    /// <param name="Problem">The answer then.</param>
    public sealed record Asked(ListContext ListContext, ListQuery? Query, LeadQuery Leads, IResult? Problem)
    {
        /// <summary>Whether it can be answered.</summary>
        [MemberNotNullWhen(true, nameof(Query))]
        [MemberNotNullWhen(false, nameof(Problem))]
        public bool IsClear => Query is not null;
    }

    /// <summary>The firm's practice areas.</summary>
    public IReadOnlyList<string> Areas => firm.Value.PracticeAreas;

    /// <summary>The instant by which the answer goes.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>One statement.</summary>
    /// <param name="text">The query of an address.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="undo">What the user has just done; null for nothing.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<Asked> ReadAsync(string? text, CurrentUser user, Guid? undo, CancellationToken cancellation)
    {
        var desk = await readDesk.RunAsync(user, undo, cancellation);
        var wanted = ListQuery.ViewIn(text);
        var view = desk.Views.FirstOrDefault(one => one.Id == wanted);
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
            : new Asked(desk, query, query.ToLeadQuery(Now, firm.Value.Zone), Problem: null);

        Asked Refused(IResult answer) => new(desk, Query: null, new LeadQuery(), answer);
    }

    /// <summary>A filter on its own, as forms send it, in the form that use cases take.</summary>
    public LeadQuery ToLeadQuery(LeadFilter filter) => filter.ToLeadQuery(Now, firm.Value.Zone);
}
