using System.Globalization;
using Anteroom.Leads;

namespace Anteroom.Web.Workspace.Details;

/// <summary>What was typed into the forms of a lead's page and has not been accepted.</summary>
public sealed record Composer
{
    /// <summary>The form that is open: <c>note</c>, <c>email</c>, <c>task</c>, or none.</summary>
    public string Open { get; init; } = "";

    /// <summary>The note.</summary>
    public string? Note { get; init; }

    /// <summary>The email's subject.</summary>
    public string? Subject { get; init; }

    /// <summary>The email's text.</summary>
    public string? Text { get; init; }

    /// <summary>The snippet it began with.</summary>
    public Guid? Snippet { get; init; }

    /// <summary>How the email will look; null when nobody asked.</summary>
    public LetterPreview? Preview { get; init; }

    /// <summary>The task.</summary>
    public TaskForm Task { get; init; } = new(null, null, null);

    /// <summary>The attorney who was chosen and not yet assigned; null for none.</summary>
    public Guid? Attorney { get; init; }

    /// <summary>The tag.</summary>
    public string? Tag { get; init; }

    /// <summary>What is wrong with the form that is open, or with the tag.</summary>
    public FieldErrors Errors { get; init; } = new();
}

/// <summary>A lead's page: the lead, what of it is shown, and what was just done.</summary>
/// <param name="Details">Everything about the lead.</param>
/// <param name="List">The query of the list that it was opened from, without the question mark; empty for the plain list.</param>
/// <param name="Filter">What of the timeline is shown.</param>
/// <param name="Before">Where the timeline's piece begins; null for the newest.</param>
public sealed record LeadModel(LeadDetails Details, string List, TimelineFilter Filter, Guid? Before)
{
    /// <summary>What was just done; null for nothing.</summary>
    public FlashMessage? Flash { get; init; }

    /// <summary>Why the last change was not made; null for none.</summary>
    public Conflict? Conflict { get; init; }

    /// <summary>What was typed.</summary>
    public Composer Composer { get; init; } = new();

    /// <summary>The lead.</summary>
    public Lead Lead => Details.Lead;

    /// <summary>The number as it stands in addresses.</summary>
    public string Number => Lead.Number.ToString(CultureInfo.InvariantCulture);

    /// <summary>An address below the lead's, which keeps the list that it was opened from.</summary>
    /// <param name="below">As <c>/notes</c>; empty for the page itself.</param>
    public string Address(string below = "") => At(Lead.Number, below, List);

    /// <summary>The address of the list that it was opened from.</summary>
    public string ListAddress => List.Length == 0 ? "/leads" : $"/leads?{List}";

    /// <summary>The page with another part of the timeline.</summary>
    public string TimelineAddress(TimelineFilter filter, Guid? before)
    {
        var query = new QueryString();
        if (List.Length > 0)
            query = query.Add("view", List);
        if (filter != TimelineFilter.All)
            query = query.Add("show", filter.ToWire());
        if (before is { } key)
            query = query.Add("before", key.ToString());
        return $"/leads/{Number}{query}#timeline";
    }

    /// <summary>An address of a lead that keeps the list.</summary>
    public static string At(long number, string below, string list) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"/leads/{number}{below}{(list.Length == 0 ? "" : new QueryString().Add("view", list).ToString())}"
        );
}
