using Anteroom.Firm;
using Anteroom.Outreach;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>A lead that comes from a file or another system, with what it was there.</summary>
public sealed record ImportedLead
{
    /// <summary><see cref="Lead.Source"/> of all of them.</summary>
    public const string Source = FirstContactTarget.Exempt;

    /// <summary>The line of the file, or the number in the other system.</summary>
    public required long Line { get; init; }

    /// <summary>Its id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The number that it had; null: it gets the next one.</summary>
    public long? Number { get; init; }

    /// <summary>Who it is.</summary>
    public required ProspectFacts Facts { get; init; }

    /// <summary>Where it stands.</summary>
    public required LeadStatus Status { get; init; }

    /// <summary>When the prospect came, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who made the first contact; null when it is not known.</summary>
    public Guid? ReachedOutBy { get; init; }

    /// <summary>Who takes care of it; null for nobody.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>SHA-256 of what makes it the same when it is imported again.</summary>
    public required byte[] Key { get; init; }

    /// <summary>The first line of its timeline, a sentence without its subject.</summary>
    public required string Story { get; init; }

    /// <summary>A note of the firm's; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>What somebody should know of how it was taken; null when there is nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Its resume; null without one.</summary>
    public ImportedFile? Resume { get; init; }
}

/// <summary>A file that was inspected and is kept.</summary>
/// <param name="Id">Of its row.</param>
/// <param name="FileName">What it is called.</param>
/// <param name="Type">What it is.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its digest.</param>
/// <param name="StorageKey">Where the store keeps it.</param>
public sealed record ImportedFile(
    Guid Id,
    string FileName,
    ResumeType Type,
    long Bytes,
    byte[] Sha256,
    string StorageKey
);
