using Anteroom.Leads;
using Anteroom.Resumes;

namespace Anteroom.Api.V1;

/// <summary>A file that people of the firm added to a lead, without its content.</summary>
public sealed record LeadFileV1
{
    internal static readonly string[] States = ["available", "being_scanned", "quarantined"];

    /// <summary>Its key.</summary>
    public required Guid Id { get; init; }

    /// <summary>As people call it.</summary>
    public required string FileName { get; init; }

    /// <summary>Detected from the content: <c>image/jpeg</c>.</summary>
    public required string ContentType { get; init; }

    /// <summary>Size of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What people say about it; null for nothing.</summary>
    public required string? Note { get; init; }

    /// <summary>When it was added, UTC.</summary>
    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>The user who added it.</summary>
    public required Guid AddedBy { get; init; }

    /// <summary>The name of who added it.</summary>
    public required string AddedByName { get; init; }

    /// <summary>The number of the lead that it came with and that was merged into this one; null for the lead's own.</summary>
    public required long? CameWith { get; init; }

    /// <summary>Whether it can be downloaded, or is held back because a scan for viruses found something or has yet to be made.</summary>
    public required string State { get; init; }

    internal static LeadFileV1 From(LeadFile found) =>
        new()
        {
            Id = found.File.Id,
            FileName = found.File.FileName,
            ContentType = found.File.Type.ToContentType(),
            Bytes = found.File.Bytes,
            Sha256 = Convert.ToHexStringLower(found.File.Sha256),
            Note = found.File.Note,
            AddedAt = found.File.AddedAt!.Value,
            AddedBy = found.File.AddedBy!.Value,
            AddedByName = found.AddedByName,
            CameWith = found.File.CameWith,
            State = found.File switch
            {
                { ScanState: ScanState.Quarantined } => States[2],
                { IsHeldBack: true } => States[1],
                _ => States[0],
            },
        };
}

/// <summary>A file to be added, as multipart/form-data.</summary>
public sealed record FileForm
{
    /// <summary>The file; at most 10 MB unless the firm has set another limit.</summary>
    public required IFormFile File { get; init; }

    /// <summary>What there is to say about it, at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>What is to be changed about a file; what is left out stays as it is.</summary>
public sealed record FileChangeV1
{
    /// <summary>What it is called from now on.</summary>
    public string? FileName { get; init; }

    /// <summary>What there is to say about it, at most 500 characters; null takes the note away.</summary>
    public string? Note { get; init; }
}
