using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Resumes;

/// <summary>What is made of a file for people to look at.</summary>
public enum CopyKind
{
    /// <summary>The document as a PDF.</summary>
    Pdf,

    /// <summary>A picture of its first page, PNG.</summary>
    Thumbnail,
}

/// <summary>
/// Something that was made of a file: kept in the same store, encrypted like it, gone with it. It can be made again at any time.
/// </summary>
public sealed class ResumeCopy
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it was made of.</summary>
    public required Guid ResumeId { get; init; }

    /// <summary>What it is; a file has one of each kind.</summary>
    public required CopyKind Kind { get; init; }

    /// <summary>Where the store keeps it.</summary>
    public required string StorageKey { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the content, 32 bytes.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The copy as a file to open and to hand out, like what it was made of.</summary>
    public Resume AsFileOf(Resume resume)
    {
        ArgumentNullException.ThrowIfNull(resume);
        var type = Kind == CopyKind.Pdf ? ResumeType.Pdf : ResumeType.Png;
        return new()
        {
            Id = Id,
            LeadId = resume.LeadId,
            FileName = ResumeFileName.Clean(
                $"{Path.GetFileNameWithoutExtension(resume.FileName)}.{type.ToExtension()}"
            ),
            Type = type,
            Bytes = Bytes,
            Sha256 = Sha256,
            StorageKey = StorageKey,
            CameWith = resume.CameWith,
            AddedAt = resume.AddedAt,
            AddedBy = resume.AddedBy,
            ScanState = resume.ScanState,
            ScanFinding = resume.ScanFinding,
        };
    }
}

/// <summary>Finds what was made of a file.</summary>
internal static class ResumeCopies
{
    /// <summary>The copy of a kind, as a file; null when there is none.</summary>
    public static async Task<Resume?> CopyOfAsync(
        this AnteroomDb db,
        Resume resume,
        CopyKind kind,
        CancellationToken cancellation
    ) =>
        (
            await db
                .Copies.AsNoTracking()
                .SingleOrDefaultAsync(copy => copy.ResumeId == resume.Id && copy.Kind == kind, cancellation)
        )?.AsFileOf(resume);
}

internal sealed class ResumeCopyConfiguration : IEntityTypeConfiguration<ResumeCopy>
{
    public void Configure(EntityTypeBuilder<ResumeCopy> copy)
    {
        copy.ToTable(
            "resume_copies",
            table => table.HasCheckConstraint("ck_resume_copies_kind", "kind in ('pdf', 'thumbnail')")
        );
        copy.Property(x => x.Id).ValueGeneratedNever();
        copy.HasOne<Resume>().WithMany().HasForeignKey(x => x.ResumeId).OnDelete(DeleteBehavior.Cascade);
        copy.HasIndex(x => new { x.ResumeId, x.Kind }).IsUnique();
        copy.HasIndex(x => x.StorageKey).IsUnique();
    }
}
