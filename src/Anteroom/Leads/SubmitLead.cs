using Anteroom.Resumes;
using Anteroom.Shared;

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

    /// <summary>What the door already found wrong (two files, a field sent twice); the use case adds its own findings.</summary>
    public FieldErrors Errors { get; } = new();

    /// <summary>The door: <c>form</c>, <c>api</c>, <c>demo</c>.</summary>
    public string Source { get; init; } = "form";
}

/// <summary>What became of a submission.</summary>
public abstract record SubmitResult
{
    private SubmitResult() { }

    /// <summary>Durable: lead, file, both e-mails and the timeline entry. <paramref name="Repeated"/> when it was already there.</summary>
    public sealed record Accepted(Guid Id, long Number, DateTimeOffset CreatedAt, string StorageKey, bool Repeated)
        : SubmitResult;

    /// <summary>Nothing was kept; every field that is wrong is named.</summary>
    public sealed record Invalid(FieldErrors Errors) : SubmitResult;
}

/// <summary>Takes a prospect's enquiry in: the one way for every door.</summary>
public sealed class SubmitLead
{
    /// <summary>Validates, makes the file durable and commits lead, resume, e-mails and timeline entry in one transaction.</summary>
    /// <exception cref="StorageUnavailableException">The file could not be kept; nothing is left.</exception>
    /// <exception cref="System.Data.Common.DbException">The database could not be reached; nothing is left.</exception>
    public Task<SubmitResult> RunAsync(Submission submission, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
