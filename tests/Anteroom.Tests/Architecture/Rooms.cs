namespace Anteroom.Tests.Architecture;

/// <summary>The rooms of <c>src/Anteroom</c>, from the doors down to the floor: each leans only on those after it.</summary>
internal static class Rooms
{
    /// <summary>The composition root, which knows everybody.</summary>
    public const string Root = "(root)";

    public static readonly string[] InOrder =
    [
        Root,
        "Host", // what the product runs on
        "Web", // doors
        "Api",
        "Reports",
        "Bulk",
        "Admin",
        "Leads",
        "Outreach",
        "Notices",
        "Resumes",
        "Schedule",
        "Accounts",
        "Mail",
        "Work",
        "Live",
        "Timeline",
        "Http",
        "Firm",
        "Audit",
        "Telemetry",
        "Data",
        "Postgres",
        "Shared",
    ];

    /// <summary>
    /// Who writes tables of another room all the same, and why. Reading them is free: the database is one, and a list that joins is
    /// one round trip.
    /// </summary>
    public static readonly (string File, string Table, string Why)[] MayWrite =
    [
        ("Admin/EditTemplate.cs", "mail_templates", Templates),
        ("Admin/EditTemplate.cs", "mail_template_drafts", Templates),
        ("Admin/SampleData/SampleData.cs", "bulk_mailings", SampleData),
        ("Admin/SampleData/SampleData.cs", "leads", SampleData),
        ("Admin/SampleData/SampleData.cs", "legal_holds", SampleData),
        ("Admin/SampleData/SampleData.cs", "tasks", SampleData),
        ("Admin/SampleData/SampleData.cs", "users", SampleData),
        ("Admin/SampleData/SampleData.cs", "work", SampleData),
        ("Leads/Intake/LeadBatch.cs", "resumes", "A lead and its resume are one batch, whose statements are counted."),
        ("Leads/Importing/ImportBatch.cs", "resumes", "As with every lead and its resume."),
        ("Leads/Merging/MergeLeads.cs", "bulk_recipients", Merging),
        ("Leads/Merging/MergeLeads.cs", "resumes", Merging),
        (
            "Outreach/OwnerChange.cs",
            "work",
            "The welcome is written again exactly when one was taken back, in one statement."
        ),
    ];

    private const string Templates = "Templates are edited with the names of users, which Mail does not know.";
    private const string SampleData = "Made-up data go away whole, in one transaction, whatever they became.";
    private const string Merging = "Everything that names the lead that goes names the one that stays.";

    /// <summary>The room of a namespace; null when it is none of ours.</summary>
    public static string? Of(string? @namespace) =>
        @namespace is "Anteroom" ? Root
        : @namespace?.StartsWith("Anteroom.", StringComparison.Ordinal) is true ? @namespace.Split('.')[1]
        : null;

    public static int Rank(string room) => Array.IndexOf(InOrder, room);
}
