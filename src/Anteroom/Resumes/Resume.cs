namespace Anteroom.Resumes;

/// <summary>
/// A file of a lead, which the prospect sent or people of the firm added: what it is and where it is kept. The bytes are in the <see cref="IResumeStore"/>.
/// </summary>
public sealed class Resume
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The lead it belongs to.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>The name for the file of who sent it, cleaned for display; never used as a path.</summary>
    public required string FileName { get; init; }

    /// <summary>The type found in the content.</summary>
    public required ResumeType Type { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the content, 32 bytes.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>Where the store keeps it: <c>2026/11/21/0199….pdf</c>.</summary>
    public required string StorageKey { get; init; }

    /// <summary>The number of the lead that it came with and that was merged into this one; null for the lead's own.</summary>
    public long? CameWith { get; init; }

    /// <summary>When somebody of the firm added it, UTC; null for what the prospect sent.</summary>
    public DateTimeOffset? AddedAt { get; init; }

    /// <summary>Who added it; null for what the prospect sent.</summary>
    public Guid? AddedBy { get; init; }

    /// <summary>What people of the firm say about a file that they added.</summary>
    public string? Note { get; init; }

    /// <summary>What the virus scanner says.</summary>
    public ScanState ScanState { get; init; }

    /// <summary>What the scanner found, in its own words.</summary>
    public string? ScanFinding { get; init; }

    /// <summary>Whether nobody may open it: it was not scanned yet, or something was found.</summary>
    public bool IsHeldBack => DeletedAt is null && ScanState is (ScanState.Waiting or ScanState.Quarantined);

    /// <summary>Why nobody may open it, for people.</summary>
    public Sentence WhyHeldBack()
    {
        if (ScanState == ScanState.Quarantined)
            return $"The virus scanner found {ScanFinding} in it. An administrator can release it on the lead's page.";
        return "It is being scanned for viruses. Try again in a moment.";
    }

    /// <summary>When the retention rule deleted the file, UTC; null while it is kept. Name and digest go with it.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
}
