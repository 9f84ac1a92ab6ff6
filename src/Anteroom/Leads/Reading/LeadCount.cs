using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>
/// A part of the number of leads in a status and a hand: the sum of the rows is the number. The database keeps it in the
/// transaction that changes leads, by appending, so that nobody waits for anybody; now and then rows are summed up into one.
/// </summary>
public sealed class LeadCount
{
    /// <summary>The status.</summary>
    public required LeadStatus Status { get; init; }

    /// <summary>Who has the leads; null for nobody.</summary>
    public required Guid? AssignedTo { get; init; }

    /// <summary>How many there are more, or less, by this row.</summary>
    public required long Leads { get; init; }
}

/// <summary>A word of a lead's names, or its address: where a search begins. Kept by the database like <see cref="LeadCount"/>.</summary>
public sealed class LeadWord
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
