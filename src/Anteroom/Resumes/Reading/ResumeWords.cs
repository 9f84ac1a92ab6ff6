using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Resumes;

/// <summary>The text of a resume, as it was read; it goes with the file.</summary>
public sealed class ResumeWords
{
    /// <summary>The resume.</summary>
    public required Guid ResumeId { get; init; }

    /// <summary>Plain text; empty when none was found.</summary>
    public required string Text { get; init; }

    /// <summary>What the search finds it by (<see cref="SearchWords"/>).</summary>
    public string Words { get; init; } = "";

    /// <summary>For plain text: in which encoding it was read, as <see cref="TextEncodings"/> names it.</summary>
    public string? Encoding { get; init; }

    /// <summary>A person has chosen the encoding.</summary>
    public bool IsChosen { get; init; }

    /// <summary>It was recognized in pictures of the pages, and may have mistakes.</summary>
    public bool IsRecognized { get; init; }

    /// <summary>Why it could not be read, for people; null when it could, even if no text was found.</summary>
    public string? Problem { get; init; }

    /// <summary>Facts that rules have found in it: an array of <see cref="FoundFact"/>.</summary>
    public string Facts { get; init; } = "[]";

    /// <summary>When it was read, UTC.</summary>
    public required DateTimeOffset ReadAt { get; init; }
}

internal sealed class ResumeWordsConfiguration : IEntityTypeConfiguration<ResumeWords>
{
    public void Configure(EntityTypeBuilder<ResumeWords> words)
    {
        words.ToTable("resume_words");
        words.HasKey(x => x.ResumeId);
        words.Property(x => x.ResumeId).ValueGeneratedNever();
        words.Property(x => x.Words).HasDefaultValue("");
        words.Property(x => x.IsChosen).HasDefaultValue(false);
        words.Property(x => x.IsRecognized).HasDefaultValue(false);
        words.Property(x => x.Facts).HasColumnType("jsonb").HasDefaultValueSql("'[]'");
        words.HasOne<Resume>().WithOne().HasForeignKey<ResumeWords>(x => x.ResumeId).OnDelete(DeleteBehavior.Cascade);
    }
}
