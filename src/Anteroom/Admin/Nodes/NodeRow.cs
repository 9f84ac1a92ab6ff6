using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Admin;

/// <summary>A process of Anteroom as it has last told of itself (<see cref="KeepNode"/>).</summary>
public sealed class NodeRow
{
    /// <summary>The number by which claims name it; another with each start.</summary>
    public required int Id { get; init; }

    /// <summary>The name of its machine.</summary>
    public required string Machine { get; init; }

    /// <summary>The number of the process there: two on one machine are two.</summary>
    public required int Process { get; init; }

    /// <summary><c>all</c>, <c>web</c> or <c>worker</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Of the product.</summary>
    public required string Version { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last told of itself, UTC.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>When it stopped, or when somebody or a successor had it forgotten, UTC; null while it runs or is missing.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Memory of the process (its working set).</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Free where its data folder is.</summary>
    public required long DiskFreeBytes { get; init; }

    /// <summary>Size of that disk.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>How much its clock is before the database's; behind it when negative.</summary>
    public required double ClockAheadSeconds { get; init; }
}

internal sealed class NodeRowConfiguration : IEntityTypeConfiguration<NodeRow>
{
    public void Configure(EntityTypeBuilder<NodeRow> node)
    {
        node.ToTable("nodes");
        node.Property(x => x.Id).ValueGeneratedNever();
    }
}
