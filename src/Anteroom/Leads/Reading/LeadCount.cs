using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

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

/// <summary>The search index: a word of a lead's name, or its address. Kept by triggers, like <see cref="LeadCount"/>.</summary>
internal sealed class LeadWord
{
    /// <summary>At most 200 characters, in the form of <see cref="Shared.SearchText"/>; ordered by code point.</summary>
    public required string Word { get; init; }

    /// <summary>The lead's number.</summary>
    public required long Number { get; init; }
}

internal sealed class LeadCountConfiguration : IEntityTypeConfiguration<LeadCount>, IEntityTypeConfiguration<LeadWord>
{
    public void Configure(EntityTypeBuilder<LeadCount> count)
    {
        count.ToTable("lead_counts");
        count.HasNoKey();
    }

    public void Configure(EntityTypeBuilder<LeadWord> word)
    {
        word.ToTable("lead_words");
        word.HasKey(x => new { x.Word, x.Number });
        word.Property(x => x.Word).UseCollation("C");
        word.HasIndex(x => new { x.Number, x.Word }).HasOperators("int8_ops", "text_pattern_ops");
    }
}
