using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Resumes;

/// <summary>A file in which the scanner has found something, of a lead's own or added: what a lead needs attention for.</summary>
internal sealed class QuarantinedFile
{
    /// <summary>Whose.</summary>
    public Guid LeadId { get; init; }
}

internal sealed class QuarantinedFileConfiguration : IEntityTypeConfiguration<QuarantinedFile>
{
    public void Configure(EntityTypeBuilder<QuarantinedFile> file) => file.HasNoKey().ToView("quarantined_files");
}

internal sealed class ResumeConfiguration : IEntityTypeConfiguration<Resume>
{
    /// <summary>The filter that leaves out all but a lead's own resume: what came with leads that were merged into it, and what the firm added.</summary>
    public const string OwnOnly = nameof(OwnOnly);

    /// <summary>The same in SQL.</summary>
    public const string IsOwn = "came_with is null and added_at is null";

    public void Configure(EntityTypeBuilder<Resume> resume)
    {
        resume.ToTable(
            "resumes",
            table =>
            {
                table.HasCheckConstraint(
                    "ck_resumes_type",
                    $"type in ({string.Join(", ", Enum.GetValues<ResumeType>().Select(type => $"'{type.ToWire()}'"))})"
                );
                table.HasCheckConstraint(
                    "ck_resumes_scan_state",
                    "scan_state in ('unscanned', 'waiting', 'clean', 'quarantined')"
                );
            }
        );
        resume.Property(x => x.FileName).HasMaxLength(200);
        resume.HasIndex(x => x.LeadId).IsUnique().HasFilter(IsOwn);
        resume.HasIndex(x => x.LeadId, "ix_resumes_others").HasFilter("came_with is not null or added_at is not null");
        resume.HasQueryFilter(OwnOnly, x => x.CameWith == null && x.AddedAt == null);
        resume.HasOne<User>().WithMany().HasForeignKey(x => x.AddedBy).OnDelete(DeleteBehavior.Restrict);
        resume.HasIndex(x => x.AddedBy).HasFilter("added_by is not null");
        resume.Property(x => x.Note).HasMaxLength(FileNote.MaxLength);
        resume.Property<string?>("Words");
        resume.HasIndex(x => x.StorageKey).IsUnique();
        resume.Property(x => x.ScanState).HasDefaultValue(ScanState.Unscanned);
        resume.HasIndex(x => x.LeadId, "ix_resumes_quarantined").HasFilter("scan_state = 'quarantined'");
        resume.HasIndex(x => x.LeadId, "ix_resumes_deleted").HasFilter("deleted_at is not null");
    }
}
