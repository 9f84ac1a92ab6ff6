using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Firm;

/// <summary>What the firm has set on the page of settings, a row for each key.</summary>
public sealed class StoredSetting
{
    /// <summary>The configuration key, as <c>Firm:Name</c>.</summary>
    public required string Key { get; init; }

    /// <summary>As configuration has it.</summary>
    public required string Value { get; init; }

    /// <summary>When it was set, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>By whom; null when they are gone.</summary>
    public Guid? ChangedBy { get; init; }
}

/// <summary>A picture that stands for the firm.</summary>
public sealed class Logo
{
    /// <summary>The SHA-256 of the picture, its first 16 hexadecimal digits: the last part of its address.</summary>
    public required string Digest { get; init; }

    /// <summary><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>, found in the content.</summary>
    public required string Type { get; init; }

    /// <summary>The file.</summary>
    public required byte[] Content { get; init; }

    /// <summary>When it was uploaded, UTC.</summary>
    public required DateTimeOffset AddedAt { get; init; }
}

/// <summary>A text that prospects were asked to agree to.</summary>
public sealed class ConsentText
{
    /// <summary>The SHA-256 of the text, its first 12 hexadecimal digits.</summary>
    public required string Version { get; init; }

    /// <summary>What was shown.</summary>
    public required string Text { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset Since { get; init; }
}

internal sealed class SettingsConfiguration
    : IEntityTypeConfiguration<StoredSetting>,
        IEntityTypeConfiguration<Logo>,
        IEntityTypeConfiguration<ConsentText>
{
    public void Configure(EntityTypeBuilder<StoredSetting> setting)
    {
        setting.ToTable("settings");
        setting.HasKey(x => x.Key);
    }

    public void Configure(EntityTypeBuilder<Logo> logo)
    {
        logo.ToTable(
            "logos",
            table => table.HasCheckConstraint("ck_logos_type", "type in ('image/png', 'image/jpeg', 'image/webp')")
        );
        logo.HasKey(x => x.Digest);
    }

    public void Configure(EntityTypeBuilder<ConsentText> text)
    {
        text.ToTable("consent_texts");
        text.HasKey(x => x.Version);
        text.Property(x => x.Version).HasMaxLength(12);
    }
}
