using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>A text to begin an email to a prospect with.</summary>
public sealed class Snippet
{
    /// <summary>The longest name, in code points.</summary>
    public const int LongestName = 80;

    /// <summary>The text for declining that comes with the product, unless somebody has removed it.</summary>
    internal static Guid Declines(Language language) =>
        new(language == Language.Es ? "0199a3f0-0000-7000-8000-000000000004" : "0199a3f0-0000-7000-8000-000000000003");

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The name people pick it by.</summary>
    public required string Name { get; set; }

    /// <summary>One line, with merge fields.</summary>
    public required string Subject { get; set; }

    /// <summary>Plain text, with merge fields.</summary>
    public required string Text { get; set; }

    /// <summary>Who changed it last; null for a built-in text.</summary>
    public Guid? ChangedBy { get; set; }

    /// <summary>When it last changed, UTC; also its version.</summary>
    public required DateTimeOffset ChangedAt { get; set; }
}

internal sealed class SnippetConfiguration : IEntityTypeConfiguration<Snippet>
{
    public void Configure(EntityTypeBuilder<Snippet> snippet)
    {
        snippet.ToTable("snippets");
        snippet.Property(x => x.Name).HasMaxLength(Snippet.LongestName);
        snippet.HasOne<User>().WithMany().HasForeignKey(x => x.ChangedBy).OnDelete(DeleteBehavior.SetNull);
        snippet.HasIndex(x => x.Name).IsUnique();
        snippet.HasIndex(x => x.ChangedBy);
    }
}
