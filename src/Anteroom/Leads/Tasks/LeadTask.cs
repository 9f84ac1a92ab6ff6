using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>How often a task comes again.</summary>
public enum TaskRepeat
{
    /// <summary>Every day.</summary>
    Day,

    /// <summary>Every week.</summary>
    Week,

    /// <summary>Every month, on the same day or the last before it.</summary>
    Month,
}

/// <summary>A to-do about a lead.</summary>
internal sealed class LeadTask
{
    /// <summary>The longest title, in code points.</summary>
    public const int LongestTitle = 200;

    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>The lead it is about.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>What to do, one line.</summary>
    public required string Title { get; init; }

    /// <summary>Due by the end of this day in the firm's time zone; null: no due date.</summary>
    public DateOnly? DueOn { get; set; }

    /// <summary>Who has to do it.</summary>
    public required Guid AssignedTo { get; init; }

    /// <summary>Who wrote it down.</summary>
    public required Guid CreatedBy { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Done, it makes the next one; null: once only.</summary>
    public TaskRepeat? Repeats { get; set; }

    /// <summary>The day of the month on which a monthly task comes; null for every other.</summary>
    public short? MonthDay { get; init; }

    /// <summary>The task that it came after; null for the first.</summary>
    public Guid? Follows { get; init; }

    /// <summary>When somebody was reminded of it on its day, UTC; null when nobody was.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    /// <summary>When it was done, UTC; null while it is open.</summary>
    public DateTimeOffset? DoneAt { get; private set; }

    /// <summary>Who did it; null while it is open.</summary>
    public Guid? DoneBy { get; private set; }

    /// <summary>Completes it; false if it was done already.</summary>
    public bool TryFinish(Guid by, DateTimeOffset now)
    {
        if (DoneAt is not null)
            return false;
        (DoneAt, DoneBy) = (now, by);
        return true;
    }

    /// <summary>The next of a task that repeats: on the first of its days after today.</summary>
    public LeadTask Next(DateOnly today, DateTimeOffset now)
    {
        var day = DueOn ?? today;
        do day = Repeats switch
        {
            TaskRepeat.Day => day.AddDays(1),
            TaskRepeat.Week => day.AddDays(7),
            _ => MonthAfter(day),
        };
        while (day <= today);
        return new LeadTask
        {
            Id = Guid.CreateVersion7(now),
            LeadId = LeadId,
            Title = Title,
            DueOn = day,
            Repeats = Repeats,
            MonthDay = MonthDay,
            Follows = Id,
            AssignedTo = AssignedTo,
            CreatedBy = CreatedBy,
            CreatedAt = now,
        };
    }

    private DateOnly MonthAfter(DateOnly day)
    {
        var next = new DateOnly(day.Year, day.Month, 1).AddMonths(1);
        return next.AddDays(Math.Min(MonthDay ?? day.Day, DateTime.DaysInMonth(next.Year, next.Month)) - 1);
    }

    /// <summary>Reopens it; false if it is open.</summary>
    public bool TryReopen()
    {
        if (DoneAt is null)
            return false;
        (DoneAt, DoneBy) = (null, null);
        return true;
    }
}

internal sealed class LeadTaskConfiguration : IEntityTypeConfiguration<LeadTask>
{
    public void Configure(EntityTypeBuilder<LeadTask> task)
    {
        task.ToTable("tasks");
        task.Property(x => x.Title).HasMaxLength(LeadTask.LongestTitle);
        task.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        task.HasOne<User>().WithMany().HasForeignKey(x => x.AssignedTo).OnDelete(DeleteBehavior.Restrict);
        task.HasOne<User>().WithMany().HasForeignKey(x => x.CreatedBy).OnDelete(DeleteBehavior.Restrict);
        task.HasOne<User>().WithMany().HasForeignKey(x => x.DoneBy).OnDelete(DeleteBehavior.Restrict);
        task.HasIndex(x => x.LeadId);
        task.HasIndex(x => new { x.AssignedTo, x.DueOn }, "ix_tasks_open").HasFilter("done_at is null");
        task.HasOne<LeadTask>().WithMany().HasForeignKey(x => x.Follows).OnDelete(DeleteBehavior.SetNull);
        task.HasIndex(x => x.Follows).HasFilter("follows is not null");
        task.HasIndex(x => x.DueOn).HasFilter("done_at is null and reminded_at is null");
        task.HasIndex(x => x.CreatedBy);
        task.HasIndex(x => x.DoneBy);
    }
}
