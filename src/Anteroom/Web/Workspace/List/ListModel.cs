using Anteroom.Leads;

namespace Anteroom.Web.Workspace.List;

/// <summary>Everything that the list or the board shows.</summary>
/// <param name="Place"><c>/leads</c> or <c>/board</c>.</param>
/// <param name="Query">The query of the address.</param>
/// <param name="ListContext">What surrounds the leads.</param>
/// <param name="Page">The leads.</param>
/// <param name="User">Who asks.</param>
/// <param name="Areas">The firm's practice areas.</param>
public sealed record ListModel(
    string Place,
    ListQuery Query,
    ListContext ListContext,
    LeadRows Page,
    CurrentUser User,
    IReadOnlyList<string> Areas
)
{
    /// <summary>Where a search has found leads beside name and address, by number.</summary>
    public IReadOnlyDictionary<long, SearchHit> Hits { get; init; } = new Dictionary<long, SearchHit>();

    /// <summary>The columns of the list: those of the view, or the user's.</summary>
    public IReadOnlyList<ListColumn> Columns => ListColumns.Read(Query.View?.Columns ?? ListContext.Columns);

    /// <summary>Whether the user may change the saved view.</summary>
    public bool MayChangeView =>
        Query.View is { } view && (view.Owner == User.Id || (view.Owner is null && User.Role == Role.Administrator));

    /// <summary>The address of the page as it stands.</summary>
    public string Here => Query.ToAddress(Place);

    /// <summary>How many leads match, as far as they are counted.</summary>
    public long Total => Page.CountOf(Query.EffectiveFilter.Statuses);

    /// <summary>The address with another filter, in the same place and view.</summary>
    public string With(Func<LeadFilter, LeadFilter> change) =>
        (Query.FirstPage with { Filter = change(Query.Filter) }).ToAddress(Place);

    /// <summary>The name of a user; null when there is none.</summary>
    public string? NameOf(Guid? user) => ListContext.People.FirstOrDefault(person => person.Id == user)?.FullName;
}
