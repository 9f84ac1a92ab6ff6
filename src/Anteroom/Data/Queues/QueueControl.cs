using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Data;

/// <summary>A kind of work that an administrator has paused or limited; without a row, it runs as it comes.</summary>
public sealed class QueueControl
{
    /// <summary><c>work</c>, or the channel of messages.</summary>
    public required string Queue { get; init; }

    /// <summary>The kind's name in the table of the queue.</summary>
    public required string Kind { get; init; }

    /// <summary>Since when nothing of it is begun, UTC; null: it is not paused.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Who has paused it.</summary>
    public string? PausedBy { get; init; }

    /// <summary>How many are begun a minute at most, by all nodes together; null for no limit.</summary>
    public int? PerMinute { get; init; }

    /// <summary>How many could be begun at <see cref="TokensAt"/>.</summary>
    public double Tokens { get; init; }

    /// <summary>When <see cref="Tokens"/> was counted, UTC.</summary>
    public DateTimeOffset? TokensAt { get; init; }
}

/// <summary>What was done of a kind in a minute or an hour, with one outcome.</summary>
public abstract class QueueCount
{
    /// <summary>The beginning of the minute or hour, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>work</c>, or the channel of messages.</summary>
    public required string Queue { get; init; }

    /// <summary>The kind's name in the table of the queue.</summary>
    public required string Kind { get; init; }

    /// <summary>How it ended (<see cref="QueueTally"/>).</summary>
    public required short Outcome { get; init; }

    /// <summary>How many.</summary>
    public required long Items { get; init; }
}

/// <summary>A minute.</summary>
public sealed class QueueMinute : QueueCount;

/// <summary>An hour.</summary>
public sealed class QueueHour : QueueCount;

internal sealed class QueueControlConfiguration
    : IEntityTypeConfiguration<QueueControl>,
        IEntityTypeConfiguration<QueueMinute>,
        IEntityTypeConfiguration<QueueHour>
{
    public void Configure(EntityTypeBuilder<QueueControl> control)
    {
        control.ToTable(
            "queue_controls",
            table => table.HasCheckConstraint("ck_queue_controls_per_minute", "per_minute > 0")
        );
        control.HasKey(x => new { x.Queue, x.Kind });
        control.Property(x => x.Tokens).HasDefaultValue(0d);
    }

    public void Configure(EntityTypeBuilder<QueueMinute> minute)
    {
        minute.ToTable("queue_minutes");
        minute.HasKey(x => new
        {
            x.At,
            x.Queue,
            x.Kind,
            x.Outcome,
        });
    }

    public void Configure(EntityTypeBuilder<QueueHour> hour)
    {
        hour.ToTable("queue_hours");
        hour.HasKey(x => new
        {
            x.At,
            x.Queue,
            x.Kind,
            x.Outcome,
        });
    }
}
