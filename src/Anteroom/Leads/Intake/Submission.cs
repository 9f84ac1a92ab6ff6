using Anteroom.Firm;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>What a prospect sends through any door: the facts as typed, a file, and how it came. Not validated yet.</summary>
public sealed record Submission
{
    /// <summary>All text fields, including those that are not about the lead.</summary>
    public required FieldTexts Texts { get; init; }

    /// <summary>
    /// Received, not yet durable. Owned by the caller, who disposes it. <see cref="Wanted"/> says whether it is required.
    /// </summary>
    public StagedResume? Resume { get; init; }

    /// <summary>Which file the door wants.</summary>
    public FileWanted Wanted { get; init; } = new();

    /// <summary>The door: <c>form</c>, <c>api</c>; or how the firm heard of it, as <see cref="StaffEntry.Sources"/> says.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// Chosen by an API client: for a day, the same submission with the same key gives the same lead, and a different one is refused
    /// (draft-ietf-httpapi-idempotency-key-header). Null: none.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Set when the firm enters the lead by hand; null when the prospect sends it.</summary>
    public StaffEntry? Entry { get; init; }

    /// <summary>What the door has found wrong (two files, a field sent twice); the use case adds to it.</summary>
    public FieldErrors Errors { get; } = new();

    /// <summary>
    /// Stays the same when the same form is sent again (double click, reload). The same token with the same content gives the same lead;
    /// null always makes a new one.
    /// </summary>
    public string? Token => Texts["token"] is { Length: > 0 } token ? token : null;

    /// <summary>Which text the prospect was shown to agree to; null when there was none.</summary>
    public string? ConsentVersion =>
        Texts["consent"] is { Length: 12 } shown && shown.All(char.IsAsciiHexDigitLower) ? shown : null;

    /// <summary>Whether everything is valid; if not, <see cref="Errors"/> says why.</summary>
    public bool Check(FirmOptions firm) => ValidSubmission.From(this, firm) is not null;
}

/// <summary>A lead that the firm enters by hand: the prospect called or walked in.</summary>
public sealed record StaffEntry(CurrentUser By)
{
    /// <summary>How the firm can hear of a lead: <c>phone</c> first.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["phone", "walk_in", "referral", "email"];

    /// <summary>They have spoken with the prospect: that was the first contact, so no welcome email goes out.</summary>
    public bool HasSpoken { get; init; }

    /// <summary>Whether the prospect gets the confirmation that the public form sends.</summary>
    public bool Confirms { get; init; }

    /// <summary>Who takes the lead; null for the least busy attorney.</summary>
    public Guid? AssignedTo { get; init; }
}
