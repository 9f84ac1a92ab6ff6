using Anteroom.Leads;

namespace Anteroom.Web.Workspace.List;

/// <summary>What the rows of a page of the list are put together by.</summary>
public enum ListGroup
{
    /// <summary>Nothing: one list.</summary>
    None,

    /// <summary>The status.</summary>
    Status,

    /// <summary>Who has it.</summary>
    Attorney,

    /// <summary>The practice area.</summary>
    PracticeArea,

    /// <summary>The door it came through.</summary>
    Source,

    /// <summary>The next open task.</summary>
    Due,
}

/// <summary>Leads of a page that have something in common.</summary>
/// <param name="Title">What.</param>
/// <param name="Alone">The filter that shows all such leads; null where there is none.</param>
/// <param name="Leads">In the order of the list.</param>
public sealed record GroupOfLeads(string Title, Func<LeadFilter, LeadFilter>? Alone, IReadOnlyList<LeadRow> Leads);

/// <summary>Puts the rows of a page together.</summary>
internal static class ListGroups
{
    /// <summary>The groups of the page that is shown; statuses and due dates in their own order, others in that of the list.</summary>
    /// <param name="model">The page.</param>
    /// <param name="today">Where the firm is.</param>
    public static IReadOnlyList<GroupOfLeads> Of(ListModel model, DateOnly today)
    {
        var rows = model.Page.Rows;
        return model.Query.Group switch
        {
            ListGroup.Status =>
            [
                .. LeadStatus
                    .All.Select(status => new GroupOfLeads(
                        T[status.ToLabel()],
                        filter => filter with { Statuses = [status] },
                        [.. rows.Where(row => row.Status == status)]
                    ))
                    .Where(group => group.Leads.Count > 0),
            ],
            ListGroup.Attorney => By(row => row.AssignedToName, T["Unassigned"], name => OwnerOf(model, name)),
            ListGroup.PracticeArea => By(
                row => row.PracticeArea,
                T["No practice area"],
                area => area is null ? null : filter => filter with { PracticeArea = area },
                area => T[area]
            ),
            ListGroup.Source => By(
                row => row.Source,
                "",
                source => filter => filter with { Source = source },
                source => T[SourceNames.Of(source)]
            ),
            ListGroup.Due =>
            [
                .. rows.GroupBy(row => Due(row, today))
                    .OrderBy(group => group.Key.Order)
                    .Select(group => new GroupOfLeads(T[group.Key.Title], Alone: null, [.. group])),
            ],
            _ => [new GroupOfLeads("", Alone: null, rows)],
        };

        IReadOnlyList<GroupOfLeads> By(
            Func<LeadRow, string?> key,
            string none,
            Func<string?, Func<LeadFilter, LeadFilter>?> alone,
            Func<string, string>? name = null
        ) =>
            [
                .. rows.GroupBy(key, StringComparer.Ordinal)
                    .Select(group => new GroupOfLeads(
                        group.Key is null ? none : name?.Invoke(group.Key) ?? group.Key,
                        alone(group.Key),
                        [.. group]
                    )),
            ];
    }

    private static Func<LeadFilter, LeadFilter>? OwnerOf(ListModel model, string? name)
    {
        if (name is null)
            return filter => filter with { Unassigned = true, AssignedTo = null, IsMine = false };
        // Two people of one name have one group, and no filter.
        var people = model.ListContext.People.Where(person => person.FullName == name).Take(2).ToList();
        return people is [var one]
            ? filter => filter with { AssignedTo = one.Id, IsMine = one.Id == model.User.Id, Unassigned = false }
            : null;
    }

    private static (int Order, string Title) Due(LeadRow row, DateOnly today) =>
        row.DueOn is not { } day ? (row.NextTask is null ? (5, "No task") : (4, "No due date"))
        : day < today ? (0, "Overdue")
        : day == today ? (1, "Today")
        : day <= today.AddDays(7) ? (2, "Next seven days")
        : (3, "Later");

    /// <summary>As menus say it.</summary>
    public static string ToLabel(this ListGroup group) =>
        group switch
        {
            ListGroup.Status => "Status",
            ListGroup.Attorney => "Attorney",
            ListGroup.PracticeArea => "About",
            ListGroup.Source => "Source",
            ListGroup.Due => "Due",
            _ => "Nothing",
        };
}
