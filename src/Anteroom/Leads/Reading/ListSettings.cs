using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>The row height of the list.</summary>
public enum Density
{
    /// <summary>Two lines a row.</summary>
    Comfortable,

    /// <summary>One line a row.</summary>
    Compact,
}

/// <summary>The columns of the list, besides the name, which is always there.</summary>
public enum ListColumn
{
    /// <summary>The number.</summary>
    Number,

    /// <summary>The practice area.</summary>
    PracticeArea,

    /// <summary>The status.</summary>
    Status,

    /// <summary>Who has it.</summary>
    Attorney,

    /// <summary>The first contact, or how long the prospect has waited.</summary>
    Contact,

    /// <summary>When it was received.</summary>
    Received,

    /// <summary>When it last changed.</summary>
    Changed,

    /// <summary>The telephone number.</summary>
    Phone,

    /// <summary>The door it came through.</summary>
    Source,

    /// <summary>The next open task.</summary>
    Due,
}

/// <summary>The columns of a list in order, stored as names separated by commas.</summary>
public static class ListColumns
{
    /// <summary>For users who have not chosen any.</summary>
    public static IReadOnlyList<ListColumn> Default { get; } =
    [
        ListColumn.Number,
        ListColumn.PracticeArea,
        ListColumn.Status,
        ListColumn.Attorney,
        ListColumn.Contact,
        ListColumn.Due,
        ListColumn.Received,
    ];

    /// <summary>Parses them, skipping unknown names.</summary>
    public static IReadOnlyList<ListColumn> Read(string? kept) =>
        kept is null
            ? Default
            :
            [
                .. kept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Where(name => WireName.TryParse<ListColumn>(name, out _))
                    .Select(WireName.Parse<ListColumn>)
                    .Distinct(),
            ];

    /// <summary>As stored.</summary>
    public static string ToText(this IEnumerable<ListColumn> columns) =>
        string.Join(',', columns.Select(column => column.ToWire()));
}

/// <summary>A user's list settings.</summary>
internal sealed class ListSettings
{
    /// <summary>Whose.</summary>
    public required Guid UserId { get; init; }

    /// <summary><see cref="ListColumns.ToText"/>.</summary>
    public required string Columns { get; set; }

    /// <summary>How close the rows stand.</summary>
    public required Density Density { get; set; }
}

/// <summary>A named filter, with sort and columns.</summary>
public sealed class SavedView
{
    /// <summary>Characters of a name, at most.</summary>
    public const int LongestName = 60;

    /// <summary>Characters of a query, at most.</summary>
    public const int LongestQuery = 4_000;

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose; null for the firm's.</summary>
    public required Guid? Owner { get; init; }

    /// <summary>What it is called.</summary>
    public required string Name { get; set; }

    /// <summary>The query string of the list, with its question mark; empty for all leads.</summary>
    public required string Query { get; set; }

    /// <summary>The columns of the list.</summary>
    public required string Columns { get; set; }

    /// <summary>The order among the owner's views.</summary>
    public required int Position { get; set; }
}

internal sealed class ListConfiguration : IEntityTypeConfiguration<ListSettings>, IEntityTypeConfiguration<SavedView>
{
    public void Configure(EntityTypeBuilder<ListSettings> settings)
    {
        settings.ToTable(
            "list_settings",
            table => table.HasCheckConstraint("ck_list_settings_density", "density in ('comfortable', 'compact')")
        );
        settings.HasKey(x => x.UserId);
        settings.HasOne<User>().WithOne().HasForeignKey<ListSettings>(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SavedView> view)
    {
        view.ToTable("views");
        view.Property(x => x.Name).HasMaxLength(SavedView.LongestName);
        view.Property(x => x.Query).HasMaxLength(SavedView.LongestQuery);
        view.HasOne<User>().WithMany().HasForeignKey(x => x.Owner).OnDelete(DeleteBehavior.Cascade);
        view.HasIndex(x => new { x.Owner, x.Position }, "ix_views_owner");
    }
}
