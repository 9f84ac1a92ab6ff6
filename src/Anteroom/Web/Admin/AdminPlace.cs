namespace Anteroom.Web.Admin;

/// <summary>A page of the administration.</summary>
/// <param name="Name">As the page calls itself.</param>
/// <param name="Label">As people do.</param>
/// <param name="Does">What it is for, a sentence.</param>
public sealed record AdminPlace(string Name, string Label, string Does)
{
    /// <summary>Every one, in the order of the tabs.</summary>
    public static IReadOnlyList<AdminPlace> All { get; } =
    [
        new("users", "Users", "Who works here: invite, roles, sign-in."),
        new("templates", "Templates", "The words of every e-mail that Anteroom sends."),
        new("queues", "Queues", "What waits to be done, and what was given up: try it again or take it off."),
        new("schedule", "Schedule", "What Anteroom does again and again: when, how it went, run it now."),
        new("operations", "Operations", "How the system does: queues, database, disk and memory over the last day."),
    ];

    /// <summary>Where it is.</summary>
    public string Address => $"/admin/{Name}";

    /// <summary>The page of that name; null when there is none in the administration.</summary>
    public static AdminPlace? Find(string name) => All.FirstOrDefault(place => place.Name == name);
}
