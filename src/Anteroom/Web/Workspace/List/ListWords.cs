using System.Globalization;
using Anteroom.Leads;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Web.Workspace.List;

/// <summary>A part of the filter as it is shown, and the address without it.</summary>
internal sealed record FilterChip(string Name, string Value, string Without);

/// <summary>How the list and the board speak of filters and columns.</summary>
internal static class ListWords
{
    /// <summary>The parts of the filter, each with the address without it. A search stands in its own box.</summary>
    public static IEnumerable<FilterChip> Chips(ListModel model)
    {
        var filter = model.Query.Filter;
        foreach (var status in filter.Statuses)
            yield return new(
                "Status",
                T[status.ToLabel()],
                model.With(all => all with { Statuses = [.. all.Statuses.Where(other => other != status)] })
            );
        if (filter.AssignedTo is { } owner)
            yield return new(
                "Attorney",
                filter.IsMine ? T["Me"] : model.NameOf(owner) ?? T["A former user"],
                model.With(all => all with { AssignedTo = null, IsMine = false })
            );
        if (filter.Unassigned)
            yield return new("Attorney", T["Nobody"], model.With(all => all with { Unassigned = false }));
        if (filter.PracticeArea is { } area)
            yield return new("About", T[area], model.With(all => all with { PracticeArea = null }));
        if (filter.Source is { } source)
            yield return new("Source", T[SourceNames.Of(source)], model.With(all => all with { Source = null }));
        if (filter.Received is { } received)
            yield return new("Received", T[Received(received)], model.With(all => all with { Received = null }));
        if (filter.CreatedFrom is { } from)
            yield return new("From", from, model.With(all => all with { CreatedFrom = null }));
        if (filter.CreatedTo is { } to)
            yield return new("To##date", to, model.With(all => all with { CreatedTo = null }));
        foreach (var reason in filter.Attention)
            yield return new(
                "Needs attention",
                T[Attention(reason)],
                model.With(all => all with { Attention = [.. all.Attention.Where(other => other != reason)] })
            );
        if (filter.Tag is { } tag)
            yield return new("Tag", tag, model.With(all => all with { Tag = null }));
        if (filter.Numbers.Count > 0)
            yield return new(
                "Leads",
                filter.Numbers.Count <= 5 ? string.Join(", ", filter.Numbers) : T["{0} chosen", filter.Numbers.Count],
                model.With(all => all with { Numbers = [] })
            );
    }

    /// <summary>A reason for which a lead needs attention.</summary>
    public static string Attention(Attention reason) =>
        reason switch
        {
            Anteroom.Leads.Attention.Waiting => "Waiting longer than promised",
            Anteroom.Leads.Attention.NeedsCall => "Needs a phone call",
            Anteroom.Leads.Attention.MailFailed => "Email failed",
            Anteroom.Leads.Attention.ResumeQuarantined => "File quarantined",
            Anteroom.Leads.Attention.ResumeDeleted => "Resume deleted",
            Anteroom.Leads.Attention.Unassigned => "Unassigned",
            _ => "Any reason",
        };

    /// <summary>A time counted back from now.</summary>
    public static string Received(Received received) =>
        received switch
        {
            Anteroom.Leads.Received.Today => "Today",
            Anteroom.Leads.Received.Week => "Last 7 days",
            _ => "Last 30 days",
        };

    public static string Column(ListColumn column) =>
        column switch
        {
            ListColumn.Number => "No.",
            ListColumn.PracticeArea => "About",
            ListColumn.Status => "Status",
            ListColumn.Attorney => "Attorney",
            ListColumn.Contact => "First contact",
            ListColumn.Received => "Received",
            ListColumn.Changed => "Last change",
            ListColumn.Phone => "Phone",
            ListColumn.Due => "Due",
            _ => "Source",
        };

    /// <summary>The two orders that clicks on a column alternate between; null where no index supports one.</summary>
    public static (LeadSort First, LeadSort Second)? Orders(ListColumn column) =>
        column switch
        {
            ListColumn.Number or ListColumn.Received => (LeadSort.Newest, LeadSort.Oldest),
            ListColumn.Changed => (LeadSort.Changed, LeadSort.Unchanged),
            ListColumn.Contact => (LeadSort.Waiting, LeadSort.Newest),
            _ => null,
        };

    /// <summary>The values of a query, for the hidden fields of a form that adds to it.</summary>
    /// <param name="query">With its question mark.</param>
    /// <param name="except">What the form has fields for.</param>
    public static IEnumerable<KeyValuePair<string, string>> Hidden(string query, params string[] except) =>
        QueryHelpers
            .ParseQuery(query)
            .Where(pair => !except.Contains(pair.Key, StringComparer.Ordinal))
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")));

    /// <summary><c>1,000+</c> where counting stopped.</summary>
    public static string Count(long leads, bool all) =>
        leads.ToString("N0", CultureInfo.CurrentCulture) + (all ? "" : "+");
}
