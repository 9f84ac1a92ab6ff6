using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Audit;

/// <summary>The place of a line in the chain.</summary>
public sealed class AuditSeal
{
    /// <summary>1, 2, 3 … without a gap.</summary>
    public required long Seq { get; init; }

    /// <summary>The line: <see cref="AuditEntry.Id"/>.</summary>
    public required Guid EntryId { get; init; }

    /// <summary>When it was sealed, UTC; the same for all that were sealed together.</summary>
    public required DateTimeOffset SealedAt { get; init; }

    /// <summary>SHA-256 over the hash of the line before and this one (<see cref="AuditChain"/>).</summary>
    public required byte[] Hash { get; init; }
}

/// <summary>A line that is not in the chain yet; a trigger writes it down.</summary>
public sealed class UnsealedAudit
{
    /// <summary>The line.</summary>
    public required Guid Id { get; init; }
}

internal sealed class AuditSealConfiguration
    : IEntityTypeConfiguration<AuditSeal>,
        IEntityTypeConfiguration<UnsealedAudit>
{
    public void Configure(EntityTypeBuilder<AuditSeal> seal)
    {
        seal.ToTable("audit_seals");
        seal.HasKey(x => x.Seq);
        seal.Property(x => x.Seq).ValueGeneratedNever();
        seal.HasIndex(x => x.EntryId).IsUnique();
    }

    public void Configure(EntityTypeBuilder<UnsealedAudit> line) => line.ToTable("audit_unsealed");
}
