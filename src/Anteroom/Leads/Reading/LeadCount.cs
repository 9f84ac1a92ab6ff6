using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NpgsqlTypes;

namespace Anteroom.Leads;

/// <summary>
/// Part of the number of leads by status and owner: the rows add up to it. Triggers append rows in the transaction that changes leads, so
/// that nobody waits for anybody; now and then, rows are summed into one.
/// </summary>
public sealed class LeadCount
{
    /// <summary>The status.</summary>
    public required LeadStatus Status { get; init; }

    /// <summary>Who has the leads; null for nobody.</summary>
    public required Guid? AssignedTo { get; init; }

    /// <summary>The difference that this row makes.</summary>
    public required long Leads { get; init; }
}

/// <summary>What a lead is found by, for the search. Kept by triggers, like <see cref="LeadCount"/>.</summary>
internal sealed class FindableLead
{
    /// <summary>The lead's number.</summary>
    public required long Number { get; init; }

    /// <summary>The words (<see cref="SearchWords"/>), without their places.</summary>
    public required NpgsqlTsVector Words { get; init; }
}

internal sealed class LeadCountConfiguration
    : IEntityTypeConfiguration<LeadCount>,
        IEntityTypeConfiguration<FindableLead>
{
    public void Configure(EntityTypeBuilder<LeadCount> count)
    {
        count.ToTable("lead_counts");
        count.HasNoKey();
    }

    public void Configure(EntityTypeBuilder<FindableLead> lead)
    {
        lead.ToTable("lead_search");
        lead.HasKey(x => x.Number);
        lead.Property(x => x.Number).ValueGeneratedNever();
        lead.HasIndex(x => x.Words).HasMethod("gin").HasStorageParameter("gin_pending_list_limit", 256);
    }
}
