using System.Security.Cryptography;
using System.Text;
using Anteroom.Firm;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>A valid submission.</summary>
internal sealed record ValidSubmission
{
    public required ProspectFacts Facts { get; init; }

    public StagedResume? Resume { get; init; }

    public required string Source { get; init; }

    public StaffEntry? Entry { get; init; }

    public string? ConsentVersion { get; init; }

    /// <summary>The client's, or that of the public form; null for none.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the content, to compare with what an idempotency key was used for.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>The same when the same form is sent twice; null for a form without a token.</summary>
    public byte[]? SubmissionKey { get; init; }

    /// <summary>Null when something is wrong; <see cref="Submission.Errors"/> then says what.</summary>
    public static ValidSubmission? From(Submission submission, FirmOptions firm)
    {
        var errors = submission.Errors;
        var facts = ProspectFacts.Read(
            submission.Texts,
            firm.FactRules with
            {
                PhoneIsEnough = submission.Entry is not null,
            },
            errors
        );
        if (submission.IdempotencyKey is { } key && (key.Length is 0 or > 200 || key.Any(one => one is < '!' or > '~')))
            errors.Add(
                "idempotency_key",
                "Please send an Idempotency-Key of 1 to 200 printable ASCII characters without spaces."
            );
        if (errors.For("resume") is null && WhyNot(submission) is { } problem)
            errors.Add("resume", problem);
        if (!errors.IsEmpty || facts is null)
            return null;
        var fingerprint = Hash("", facts, submission.Resume);
        return new()
        {
            Facts = facts,
            Resume = submission.Resume,
            Source = submission.Source,
            Entry = submission.Entry,
            ConsentVersion = submission.ConsentVersion,
            IdempotencyKey =
                submission.IdempotencyKey
                // A form that a person was shown; programs that send one have no token.
                ?? (
                    submission is { Source: "form", Token: not null } ? Leads.IdempotencyKey.OfForm(fingerprint) : null
                ),
            Fingerprint = fingerprint,
            SubmissionKey = submission.Token is { } token ? Hash(token, facts, submission.Resume) : null,
        };
    }

    /// <summary>What is wrong with the file, or that it is missing.</summary>
    private static Sentence? WhyNot(Submission submission) =>
        submission is { Resume: null, Entry: null, Wanted: { IsRequired: true } wanted }
            ? wanted.Missing
            : submission.Resume?.WhyNot(submission.Wanted.TakesPhotos);

    // No text can contain the separator.
    private static byte[] Hash(string token, ProspectFacts facts, StagedResume? file)
    {
        List<string?> parts = [token, .. ProspectFacts.All.Select(fact => fact.Get(facts))];
        parts.Add(file is null ? null : Convert.ToHexString(file.Sha256));
        if (!facts.Answers.IsEmpty)
            parts.Add(facts.Answers.ToJson());
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)));
    }
}
