using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Operations;
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

    /// <summary>Required; received, not yet durable. Owned by the caller, who disposes it.</summary>
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

    /// <summary>The door: <c>form</c>, <c>api</c>, <c>demo</c>.</summary>
    public string Source { get; init; } = "form";
}

/// <summary>A submission in which everything is right: texts trimmed and normalised.</summary>
internal sealed record ValidSubmission(
    string FirstName,
    string LastName,
    string Email,
    string? Phone,
    string? PracticeArea,
    string? Message,
    StagedResume Resume,
    string Source,
    Language Language,
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
            if (errors.For("resume") is null)
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
                submission.Resume!,
                submission.Source,
                submission.Language,
                string.IsNullOrEmpty(submission.Token) ? null : Hash(submission.Token),
                submission.IdempotencyKey,
                Hash(""),
                submission.ConsentVersion
            )
            : null;

        void Check(string field, bool right, string? sentence)
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
                        Convert.ToHexString(submission.Resume!.Sha256)
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
    string StorageKey,
    ValidSubmission Submission
);
