using Anteroom.Firm;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>What a prospect sends, through whichever door: the facts as they were typed, a file, and how it came; not yet validated.</summary>
public sealed record Submission
{
    /// <summary>All text fields as they came, those that say nothing about the lead too.</summary>
    public required FieldTexts Texts { get; init; }

    /// <summary>
    /// Received, not yet durable. Owned by the caller, who disposes it. Required, unless the firm enters the lead (<see cref="Entry"/>).
    /// </summary>
    public StagedResume? Resume { get; init; }

    /// <summary>The door: <c>form</c>, <c>api</c>, <c>demo</c>; or how the firm heard of it, as <see cref="StaffEntry.Sources"/> says.</summary>
    public required string Source { get; init; }

    /// <summary>
    /// A value of a program's own: with the same one, the same submission gives the same lead for a day, and another one is
    /// refused (draft-ietf-httpapi-idempotency-key-header). Null: none.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Who of the firm enters it by hand; null for the prospect.</summary>
    public StaffEntry? Entry { get; init; }

    /// <summary>What the door already found wrong (two files, a field sent twice); the use case adds its own findings.</summary>
    public FieldErrors Errors { get; } = new();

    /// <summary>
    /// A value that stays the same when the same filled-in form is sent again (double click, reload). The same token with
    /// the same content gives the same lead; null always makes a new one.
    /// </summary>
    public string? Token => Texts["token"] is { Length: > 0 } token ? token : null;

    /// <summary>Which text the prospect was shown to agree to; null when there was none.</summary>
    public string? ConsentVersion =>
        Texts["consent"] is { Length: 12 } shown && shown.All(char.IsAsciiHexDigitLower) ? shown : null;

    /// <summary>Whether everything is valid; if not, <see cref="Errors"/> says why.</summary>
    public bool Check(FirmOptions firm) => ValidSubmission.From(this, firm) is not null;
}

/// <summary>Somebody of the firm enters a lead by hand, who called or walked in.</summary>
/// <param name="By">Who.</param>
public sealed record StaffEntry(CurrentUser By)
{
    /// <summary>How the firm can hear of a lead: <c>phone</c> first.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["phone", "walk_in", "referral", "email"];

    /// <summary>They have spoken to the prospect: that was the first contact, and no welcome email goes out.</summary>
    public bool HasSpoken { get; init; }

    /// <summary>Whether the prospect gets the confirmation that the public form sends.</summary>
    public bool Confirms { get; init; }

    /// <summary>Who takes the lead; null for the least busy attorney.</summary>
    public Guid? AssignedTo { get; init; }
}
