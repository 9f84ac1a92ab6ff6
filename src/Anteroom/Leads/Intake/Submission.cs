using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Firm;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>What a prospect sends, through whichever door; texts as they came, not yet validated.</summary>
public sealed record Submission
{
    /// <summary>Required.</summary>
    public string? FirstName { get; init; }

    /// <summary>Required.</summary>
    public string? LastName { get; init; }

    /// <summary>Required.</summary>
    public string? Email { get; init; }

    /// <summary>Optional.</summary>
    public string? Phone { get; init; }

    /// <summary>Optional; when given, one of the firm's.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>Optional.</summary>
    public string? Message { get; init; }

    /// <summary>
    /// Received, not yet durable. Owned by the caller, who disposes it. Required, unless the firm enters the lead (<see cref="Entry"/>).
    /// </summary>
    public StagedResume? Resume { get; init; }

    /// <summary>
    /// A value that stays the same when the same filled-in form is sent again (double click, reload). The same token with
    /// the same content gives the same lead; null always makes a new one.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>
    /// A value of a program's own: with the same one, the same submission gives the same lead for a day, and another one is
    /// refused (draft-ietf-httpapi-idempotency-key-header). Null: none.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Which text the prospect was shown to agree to; null when there was none.</summary>
    public string? ConsentVersion =>
        Texts.GetValueOrDefault("consent") is { Length: 12 } shown && shown.All(char.IsAsciiHexDigitLower)
            ? shown
            : null;

    /// <summary>All text fields as they came, those that say nothing about the lead too; for the door.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>What the door already found wrong (two files, a field sent twice); the use case adds its own findings.</summary>
    public FieldErrors Errors { get; } = new();

    /// <summary>The language the prospect reads; English unless told otherwise.</summary>
    public Language Language { get; init; }

    /// <summary>The door: <c>form</c>, <c>api</c>, <c>demo</c>; or how the firm heard of it, as <see cref="StaffEntry.Sources"/> says.</summary>
    public string Source { get; init; } = "form";

    /// <summary>Whether everything is right; if not, <see cref="Errors"/> says what is not.</summary>
    public bool Check(FirmOptions firm) => ValidSubmission.From(this, firm) is not null;

    /// <summary>Who of the firm enters it by hand; null for the prospect.</summary>
    public StaffEntry? Entry { get; init; }
}

/// <summary>Somebody of the firm enters a lead by hand, who called or walked in.</summary>
/// <param name="By">Who.</param>
public sealed record StaffEntry(CurrentUser By)
{
    /// <summary>How the firm can hear of a lead: <c>phone</c> first.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["phone", "walk_in", "referral", "email"];

    /// <summary>They have spoken to the prospect: that was the first contact, and no welcome e-mail goes out.</summary>
    public bool HasSpoken { get; init; }

    /// <summary>Whether the prospect gets the confirmation that the public form sends.</summary>
    public bool Confirms { get; init; }

    /// <summary>Who takes the lead; null for the least busy attorney.</summary>
    public Guid? AssignedTo { get; init; }
}

/// <summary>A submission in which everything is right: texts trimmed and normalised.</summary>
internal sealed record ValidSubmission(
    string FirstName,
    string LastName,
    string Email,
    string? Phone,
    string? PracticeArea,
    string? Message,
    StagedResume? Resume,
    string Source,
    Language Language,
    StaffEntry? Entry,
    byte[]? SubmissionKey,
    string? IdempotencyKey,
    byte[] Fingerprint,
    string? ConsentVersion
)
{
    public string FullName => $"{FirstName} {LastName}";

    public string SearchText => Shared.SearchText.For($"{FirstName} {LastName} {Email}");

    /// <summary>Null when something is wrong; <see cref="Submission.Errors"/> then says what.</summary>
    public static ValidSubmission? From(Submission submission, FirmOptions firm)
    {
        var errors = submission.Errors;
        Check(
            "first_name",
            PersonName.TryParse(submission.FirstName, "first name", out var first, out var problem),
            problem
        );
        Check("last_name", PersonName.TryParse(submission.LastName, "last name", out var last, out problem), problem);
        Check("email", EmailAddress.TryParse(submission.Email, out var email, out problem), problem);
        Check("phone", PhoneNumber.TryParse(submission.Phone, out var phone, out problem), problem);
        Check(
            "message",
            FreeText.TryParse(submission.Message, "message", FreeText.MaxLength, out var message, out problem),
            problem
        );
        var area = string.IsNullOrWhiteSpace(submission.PracticeArea) ? null : submission.PracticeArea.Trim();
        if (area is not null && !firm.PracticeAreas.Contains(area, StringComparer.Ordinal))
            errors.Add("practice_area", $"Please choose one of: {string.Join(", ", firm.PracticeAreas)}.");
        if (submission.IdempotencyKey is { } key && (key.Length is 0 or > 200 || key.Any(one => one is < '!' or > '~')))
            errors.Add(
                "idempotency_key",
                "Please send an Idempotency-Key of 1 to 200 printable ASCII characters without spaces."
            );
        if (submission.Resume is null)
        {
            if (submission.Entry is null && errors.For("resume") is null)
                errors.Add("resume", "Please add your resume or CV as a PDF, DOC, DOCX, RTF, ODT or TXT file.");
        }
        else
            Check("resume", submission.Resume.Problem is null, submission.Resume.Problem);

        return errors.IsEmpty
            ? new(
                first!,
                last!,
                email!.Address,
                phone,
                area,
                message,
                submission.Resume,
                submission.Source,
                submission.Language,
                submission.Entry,
                string.IsNullOrEmpty(submission.Token) ? null : Hash(submission.Token),
                submission.IdempotencyKey,
                Hash(""),
                submission.ConsentVersion
            )
            : null;

        void Check(string field, bool right, Sentence? sentence)
        {
            if (!right && errors.For(field) is null)
                errors.Add(field, sentence!);
        }

        // The content, together with a token if there is one. No text can contain the separator.
        byte[] Hash(string token) =>
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join(
                        '\0',
                        token,
                        first,
                        last,
                        email.Address,
                        phone,
                        area,
                        message,
                        submission.Resume is { } file ? Convert.ToHexString(file.Sha256) : null
                    )
                )
            );
    }
}

/// <summary>A lead that is about to be committed.</summary>
internal sealed record NewLead(
    Guid Id,
    long Number,
    DateTimeOffset CreatedAt,
    string? StorageKey,
    ValidSubmission Submission
);
