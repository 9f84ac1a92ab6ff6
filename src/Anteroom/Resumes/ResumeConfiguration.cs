using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Resumes;

internal sealed class ResumeConfiguration : IEntityTypeConfiguration<Resume>
{
    /// <summary>The filter that leaves out what came with leads that were merged into others.</summary>
    public const string OfMerged = nameof(OfMerged);

    public void Configure(EntityTypeBuilder<Resume> resume)
    {
        resume.ToTable(
            "resumes",
            table =>
            {
                table.HasCheckConstraint("ck_resumes_type", "type in ('pdf', 'doc', 'docx', 'rtf', 'odt', 'txt')");
                table.HasCheckConstraint(
                    "ck_resumes_scan_state",
                    "scan_state in ('unscanned', 'waiting', 'clean', 'quarantined')"
                );
            }
        );
        resume.Property(x => x.FileName).HasMaxLength(200);
        resume.HasIndex(x => x.LeadId).IsUnique().HasFilter("came_with is null");
        resume.HasIndex(x => x.LeadId, "ix_resumes_came_with").HasFilter("came_with is not null");
        resume.HasQueryFilter(OfMerged, x => x.CameWith == null);
        resume.HasIndex(x => x.StorageKey).IsUnique();
        resume.Property(x => x.ScanState).HasDefaultValue(ScanState.Unscanned);
        resume.HasIndex(x => x.LeadId, "ix_resumes_quarantined").HasFilter("scan_state = 'quarantined'");
        resume.HasIndex(x => x.LeadId, "ix_resumes_deleted").HasFilter("deleted_at is not null");
    }
}
