using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>A lead that was merged into another; its URLs redirect there.</summary>
internal sealed class MergedLead
{
    /// <summary>The number it had.</summary>
    public required long Number { get; init; }

    /// <summary>The code it had (<see cref="LeadCode"/>); null when a node of an older version merged it.</summary>
    public string? Code { get; init; }

    /// <summary>The id it had.</summary>
    public required Guid Id { get; init; }

    /// <summary>The lead that it was merged into; never one that was merged itself.</summary>
    public required Guid IntoId { get; init; }

    /// <summary>Who merged it.</summary>
    public required Guid MergedBy { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset MergedAt { get; init; }
}

/// <summary>Somebody who has a lead's page open.</summary>
internal sealed class LeadViewer
{
    /// <summary>The lead.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>Who looks.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Last heartbeat, UTC.</summary>
    public required DateTimeOffset SeenAt { get; init; }
}

internal sealed class MergedLeadConfiguration
    : IEntityTypeConfiguration<MergedLead>,
        IEntityTypeConfiguration<LeadViewer>
{
    public void Configure(EntityTypeBuilder<MergedLead> merged)
    {
        merged.ToTable("merged_leads");
        merged.HasKey(x => x.Number);
        merged.Property(x => x.Number).ValueGeneratedNever();
        merged.HasOne<Lead>().WithMany().HasForeignKey(x => x.IntoId).OnDelete(DeleteBehavior.Cascade);
        merged.HasOne<User>().WithMany().HasForeignKey(x => x.MergedBy).OnDelete(DeleteBehavior.Restrict);
        merged.Property(x => x.Code).HasMaxLength(LeadCode.Length);
        merged.HasIndex(x => x.Code).IsUnique();
        merged.HasIndex(x => x.Id).IsUnique();
        merged.HasIndex(x => x.IntoId);
        merged.HasIndex(x => x.MergedBy);
    }

    public void Configure(EntityTypeBuilder<LeadViewer> viewer)
    {
        viewer.ToTable("lead_viewers");
        viewer.HasKey(x => new { x.LeadId, x.UserId });
        viewer.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        viewer.HasIndex(x => x.SeenAt);
        viewer.IsUnlogged();
    }
}
