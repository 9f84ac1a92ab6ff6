using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Admin;

/// <summary>An act on all items that match, done in parts in the background (<see cref="SettleMany"/>).</summary>
public sealed class QueueAct
{
    /// <summary>UUIDv7; also the subject of its work.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is done to them.</summary>
    public required Settlement Settlement { get; init; }

    /// <summary>Which, as JSON (<see cref="QueueFilter"/>).</summary>
    public required string Filter { get; init; }

    /// <summary>Which, in words.</summary>
    public required string Words { get; init; }

    /// <summary>Who asked for it.</summary>
    public required Guid AskedBy { get; init; }

    /// <summary>That person's name then.</summary>
    public required string AskedByName { get; init; }

    /// <summary>When, UTC. What comes later is not among them.</summary>
    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>How many there were then.</summary>
    public required long Total { get; init; }

    /// <summary>How many are settled.</summary>
    public long Done { get; init; }

    /// <summary>The place up to which it has come, the newest first; null at the beginning.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>With <see cref="LastAt"/>.</summary>
    public Guid? LastId { get; init; }

    /// <summary>When it came to the end, UTC; null while it goes on.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Who stopped it before the end; null for nobody.</summary>
    public string? StoppedBy { get; init; }
}

internal sealed class QueueActConfiguration : IEntityTypeConfiguration<QueueAct>
{
    public void Configure(EntityTypeBuilder<QueueAct> act)
    {
        act.ToTable("queue_acts");
        act.Property(x => x.Done).HasDefaultValue(0L);
        act.HasIndex(x => x.AskedAt);
    }
}
