using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>Where imported leads come from.</summary>
public enum ImportKind
{
    /// <summary>A CSV file.</summary>
    Csv,

    /// <summary>A workbook of Excel's.</summary>
    Xlsx,

    /// <summary>The database of the lead application that was made with Django.</summary>
    Django,

    /// <summary>The database of the lead service that was made with FastAPI.</summary>
    Fastapi,
}

/// <summary>How far an import has come.</summary>
public enum ImportState
{
    /// <summary>Its rows are here; what its columns mean is to be said.</summary>
    Read,

    /// <summary>Each row is being looked at; nothing is written.</summary>
    Checking,

    /// <summary>What would become of each row is known.</summary>
    Checked,

    /// <summary>Leads are being written.</summary>
    Writing,

    /// <summary>Every row is dealt with.</summary>
    Done,

    /// <summary>It is being taken back.</summary>
    Reverting,

    /// <summary>It was taken back.</summary>
    Reverted,
}

/// <summary>What becomes of a row.</summary>
public enum RowOutcome
{
    /// <summary>It will be a new lead.</summary>
    New,

    /// <summary>It will change the lead that is the same person.</summary>
    Update,

    /// <summary>It is left out: the lead is there.</summary>
    Skip,

    /// <summary>It cannot be taken; its reason says why.</summary>
    Refused,

    /// <summary>It became a lead.</summary>
    Added,

    /// <summary>It has changed a lead.</summary>
    Updated,

    /// <summary>What it did was taken back.</summary>
    TakenBack,

    /// <summary>It was not taken back: somebody has worked on the lead since.</summary>
    LeftAlone,
}

/// <summary>One import, from its first look to being taken back.</summary>
public sealed class Import
{
    /// <summary>How long an import is kept, with its rows, and so can be taken back.</summary>
    public const int Days = 90;

    /// <summary>Refused rows in one download.</summary>
    public const int MostRefused = 100_000;

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Where from.</summary>
    public required ImportKind Kind { get; init; }

    /// <summary>The file's name, or that of the other system's database.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the file; null without one.</summary>
    public byte[]? Sha256 { get; init; }

    /// <summary>How far it has come.</summary>
    public required ImportState State { get; set; }

    /// <summary>The names of the columns.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>What they mean, and how rows are taken.</summary>
    public ImportChoices Choices { get; set; } = new();

    /// <summary>How many rows there are.</summary>
    public int Total { get; init; }

    /// <summary>How many the current step is done with.</summary>
    public int Seen { get; set; }

    /// <summary>Rows that are, or will be, new leads.</summary>
    public int Added { get; init; }

    /// <summary>Rows that have changed, or will change, a lead.</summary>
    public int Updated { get; init; }

    /// <summary>Rows that are left out: the lead is there.</summary>
    public int Skipped { get; init; }

    /// <summary>Rows that cannot be taken.</summary>
    public int Refused { get; init; }

    /// <summary>Rows that were taken back.</summary>
    public int TakenBack { get; init; }

    /// <summary>Rows that were not taken back, because somebody has worked on the lead.</summary>
    public int LeftAlone { get; init; }

    /// <summary>Who imports; null for somebody at the terminal.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>Their name, as it was then.</summary>
    public required string CreatedByName { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last lead was written, UTC; null before.</summary>
    public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Whether something is being done to it.</summary>
    public bool IsMoving => State is ImportState.Checking or ImportState.Writing or ImportState.Reverting;

    /// <summary>Whether it came as a file, whose columns mean what somebody says.</summary>
    public bool IsFile => Kind is ImportKind.Csv or ImportKind.Xlsx;
}

/// <summary>A row of an import.</summary>
public sealed class ImportRow
{
    /// <summary>Whose.</summary>
    public required Guid ImportId { get; init; }

    /// <summary>The line of the file, or the number in the other system.</summary>
    public required long Line { get; init; }

    /// <summary>As they stand in the file; null once the row is written.</summary>
    public string[]? Cells { get; init; }

    /// <summary>What becomes of it; null while it was not looked at.</summary>
    public RowOutcome? Outcome { get; init; }

    /// <summary>Why, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>Its address in small letters.</summary>
    public string? Email { get; init; }

    /// <summary>Its phone number in E.164.</summary>
    public string? Phone { get; init; }

    /// <summary>SHA-256 of what it says.</summary>
    public byte[]? Content { get; init; }

    /// <summary>The same with how often the file has said it before: one lead for each.</summary>
    public byte[]? Key { get; init; }

    /// <summary>The number of the lead that is the same person.</summary>
    public long? SameAs { get; init; }

    /// <summary>The lead that it made or changed.</summary>
    public Guid? LeadId { get; init; }

    /// <summary>JSON: what the lead was before it was changed.</summary>
    public string? Before { get; init; }
}

/// <summary>Choices that somebody has given a name, for files like the one that they were made for.</summary>
public sealed class ImportPreset
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>The columns of the file that it was made for.</summary>
    public string[] Headers { get; set; } = [];

    /// <summary>What was chosen.</summary>
    public ImportChoices Choices { get; set; } = new();

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class ImportConfiguration
    : IEntityTypeConfiguration<Import>,
        IEntityTypeConfiguration<ImportRow>,
        IEntityTypeConfiguration<ImportPreset>
{
    public void Configure(EntityTypeBuilder<Import> import)
    {
        import.ToTable("imports");
        import.Property(x => x.Name).HasMaxLength(200);
        import.Property(x => x.Headers).HasDefaultValueSql("'{}'");
        Choices(import.Property(x => x.Choices));
        foreach (
            var count in new[]
            {
                nameof(Import.Total),
                nameof(Import.Seen),
                nameof(Import.Added),
                nameof(Import.Updated),
                nameof(Import.Skipped),
                nameof(Import.Refused),
                nameof(Import.TakenBack),
                nameof(Import.LeftAlone),
            }
        )
            import.Property<int>(count).HasDefaultValue(0);
        import.Property(x => x.CreatedByName).HasMaxLength(201);
        import.HasOne<User>().WithMany().HasForeignKey(x => x.CreatedBy).OnDelete(DeleteBehavior.SetNull);
        import.HasIndex(x => x.CreatedAt);
    }

    public void Configure(EntityTypeBuilder<ImportRow> row)
    {
        row.ToTable("import_rows");
        row.HasKey(x => new { x.ImportId, x.Line });
        row.Property(x => x.Before).HasColumnType("jsonb");
        row.HasOne<Import>().WithMany().HasForeignKey(x => x.ImportId).OnDelete(DeleteBehavior.Cascade);
        row.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        row.HasIndex(
            x => new
            {
                x.ImportId,
                x.Outcome,
                x.Line,
            },
            "ix_import_rows_outcome"
        );
    }

    public void Configure(EntityTypeBuilder<ImportPreset> preset)
    {
        preset.ToTable("import_presets");
        preset.Property(x => x.Name).HasMaxLength(60);
        preset.Property(x => x.Headers).HasDefaultValueSql("'{}'");
        Choices(preset.Property(x => x.Choices));
        preset.HasIndex(x => x.Name).IsUnique();
    }

    private static void Choices(PropertyBuilder<ImportChoices> choices) =>
        choices
            .HasColumnType("jsonb")
            .HasDefaultValueSql("'{}'")
            .HasConversion(value => value.ToJson(), json => ImportChoices.FromJson(json));
}
