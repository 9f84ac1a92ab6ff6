using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>The colors a tag can have; the style sheet knows each by its wire name.</summary>
public enum TagColor
{
    /// <summary>Grey.</summary>
    Grey,

    /// <summary>Blue.</summary>
    Blue,

    /// <summary>Green.</summary>
    Green,

    /// <summary>Amber.</summary>
    Amber,

    /// <summary>Red.</summary>
    Red,

    /// <summary>Violet.</summary>
    Violet,
}

/// <summary>A label for leads. It is created with its first lead and stays.</summary>
public sealed class Tag
{
    /// <summary>The longest name, in code points.</summary>
    public const int LongestName = 40;

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>As it was first written.</summary>
    public required string Name { get; init; }

    /// <summary>The name in the form of <see cref="SearchText"/>: <c>VIP</c> and <c>vip</c> are one tag.</summary>
    public required string Key { get; init; }

    /// <summary>Taken in turn when the tag is created, so that neighbors differ.</summary>
    public required TagColor Color { get; init; }

    /// <summary>When it was first written, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A tag on a lead.</summary>
internal sealed class LeadTag
{
    /// <summary>The lead.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>The tag.</summary>
    public required Guid TagId { get; init; }

    /// <summary>The lead's number: the leads with a tag can be read in order of it.</summary>
    public required long LeadNumber { get; init; }
}

internal sealed class TagConfiguration : IEntityTypeConfiguration<Tag>, IEntityTypeConfiguration<LeadTag>
{
    public void Configure(EntityTypeBuilder<Tag> tag)
    {
        tag.ToTable(
            "tags",
            table =>
                table.HasCheckConstraint(
                    "ck_tags_colour",
                    "colour in ('grey', 'blue', 'green', 'amber', 'red', 'violet')"
                )
        );
        // Nodes of an older version still write the column by this name during an update.
        tag.Property(x => x.Color).HasColumnName("colour");
        tag.Property(x => x.Name).HasMaxLength(Tag.LongestName);
        tag.Property(x => x.Key).HasMaxLength(Tag.LongestName * 3);
        tag.HasIndex(x => x.Key).IsUnique();
    }

    public void Configure(EntityTypeBuilder<LeadTag> tag)
    {
        tag.ToTable("lead_tags");
        tag.HasKey(x => new { x.LeadId, x.TagId });
        tag.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        tag.HasOne<Tag>().WithMany().HasForeignKey(x => x.TagId).OnDelete(DeleteBehavior.Cascade);
        tag.HasIndex(x => new { x.TagId, x.LeadNumber });
    }
}
