using Anteroom.Accounts;

namespace Anteroom.Web.Admin;

/// <summary>A page of the administration.</summary>
/// <param name="Group">The heading in the navigation: <c>Firm</c>, <c>People</c>, <c>Mail</c>, <c>Work</c> or <c>Data</c>.</param>
/// <param name="Name">The last part of its address.</param>
/// <param name="Label">What people read.</param>
/// <param name="Does">One sentence.</param>
internal sealed record AdminPlace(string Group, string Name, string Label, string Does)
{
    public static IReadOnlyList<AdminPlace> All { get; } =
    [
        new("Firm", "settings", "Settings", "Name, logo and color, intake, practice areas, consent, outreach."),
        new(
            "Firm",
            "hours",
            "Working hours",
            "When the firm is open, its holidays, and what goes out while it is closed."
        ),
        new("People", "users", "Users", "Who works here: invite, roles, sign-in."),
        new("People", "tokens", "API tokens", "Keys for integrations: create, view and revoke."),
        new(
            "Mail",
            "templates",
            "Templates",
            "Snippets to write with, and the text of every email that is sent automatically."
        ),
        new(
            "Work",
            "queues",
            "Queues",
            "Background work and email: what waits, runs, failed or was done; pause, limit, retry, discard."
        ),
        new("Work", "schedule", "Schedule", "Recurring jobs: when they run, how they went, run one now."),
        new("Work", "operations", "Operations", "What is wrong now, nodes, database, disk and memory."),
        new("Data", "audit", "Audit log", "Who did what, when and from where."),
        new("Data", "data", "Data browser", "Every table, read-only: list, search, filter."),
        new(
            "Data",
            "privacy",
            "Privacy",
            "Everything about one person: download or erase. Certificates and legal holds."
        ),
        new(
            "Data",
            "imports",
            "Import and export",
            "Leads from CSV files and Excel workbooks; everything as open files."
        ),
        new("Data", "retention", "Retention", "How long resumes, closed leads and the audit log are kept."),
        new("Data", "samples", "Sample data", "Made-up leads to try things with."),
    ];

    /// <summary>Those that a user may open.</summary>
    public static IEnumerable<AdminPlace> For(CurrentUser? user) =>
        user.Has(Rights.Administer) ? All
        : user.Has(Rights.SeeOperations) ? All.Where(place => place.Group == "Work")
        : [];

    public static IEnumerable<IGrouping<string, AdminPlace>> GroupsFor(CurrentUser? user) =>
        For(user).GroupBy(place => place.Group, StringComparer.Ordinal);

    public string Address => $"/admin/{Name}";

    /// <summary>The page of that name; null when there is none in the administration.</summary>
    public static AdminPlace? Find(string name) => All.FirstOrDefault(place => place.Name == name);
}
