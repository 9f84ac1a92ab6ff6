using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Work;

/// <summary>The kinds of background work; each has an <see cref="IWork"/>.</summary>
public enum WorkKind
{
    /// <summary>Give a new lead to the least busy attorney; the subject is the lead.</summary>
    Assign,

    /// <summary>Send the welcome email when nobody has reached out in time; the subject is the lead.</summary>
    ReachOut,

    /// <summary>Release a bulk mailing into the outbox; the subject is the mailing.</summary>
    BulkEmail,

    /// <summary>Have a file looked at by the virus scanner; the subject is the resume.</summary>
    ScanResume,

    /// <summary>Read the text of a file; the subject is the resume.</summary>
    ReadResume,

    /// <summary>Make a PDF and a picture of a file; the subject is the resume.</summary>
    ConvertResume,

    /// <summary>Tell the attorney of an email that was given up; the subject is the email.</summary>
    TellOfFailedMail,

    /// <summary>Have many items of queues done now, or take them off; the subject is the act.</summary>
    SettleItems,

    /// <summary>Look at, write or take back rows of an import; the subject is the import.</summary>
    Import,
}

/// <summary>How far a piece of work has come.</summary>
public enum WorkState
{
    /// <summary>Waits for <see cref="WorkItem.NextAttemptAt"/>.</summary>
    Queued,

    /// <summary>A worker has claimed it; it comes back when the lease runs out.</summary>
    Working,

    /// <summary>Done; the row stays for a while, so that it is not done again.</summary>
    Done,

    /// <summary>Given up after the last try, for a person to decide; <see cref="WorkItem.LastError"/> says why.</summary>
    Failed,

    /// <summary>Discarded by a person.</summary>
    Cancelled,
}

/// <summary>A piece of background work: a row written in the transaction of its cause, so it cannot be lost.</summary>
public sealed class WorkItem
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>What is to be done.</summary>
    public required WorkKind Kind { get; init; }

    /// <summary>What it is about, as a lead's id. One item of a kind for each subject.</summary>
    public required Guid Subject { get; init; }

    /// <summary>How far it has come.</summary>
    public WorkState State { get; init; }

    /// <summary>Tries so far; waiting for something that is not there yet does not count.</summary>
    public int Attempts { get; init; }

    /// <summary>Not before this instant, UTC.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Why the last try failed, or what it waits for.</summary>
    public string? LastError { get; init; }

    /// <summary>When its cause happened, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was done or taken off, UTC.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The trace of its cause (<see cref="Telemetry.Traces"/>); null for none.</summary>
    public string? Trace { get; init; }

    /// <summary>The worker's claim (a fencing token); only its holder may finish it.</summary>
    public Guid? Claim { get; init; }

    /// <summary>The node whose claim it is (<see cref="Data.Node.Id"/>).</summary>
    public int? ClaimedBy { get; init; }

    /// <summary>When the claim expires and another worker may take over, UTC.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>The tries that failed, the latest of them, as JSON; null for none.</summary>
    public string? Tries { get; init; }

    /// <summary>The node that had it last; null when nobody has begun.</summary>
    public int? RanOn { get; init; }
}

/// <summary>A current alert: people are notified when it starts, not each time it is noticed.</summary>
public sealed class Condition
{
    /// <summary>Nobody is available to take a lead.</summary>
    public const string NobodyAvailable = "nobody_available";

    /// <summary>Which alert.</summary>
    public required string Name { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>What there is to say about it to an administrator; null when the name says it all.</summary>
    public string? Detail { get; init; }

    /// <summary>What helps; null when <see cref="Detail"/> says it, or nothing does.</summary>
    public string? Advice { get; init; }

    /// <summary>The page that has more, as a path; null for none.</summary>
    public string? Link { get; init; }

    /// <summary>Those it concerns have been told.</summary>
    public bool Told { get; init; }
}

/// <summary>An alert that is over.</summary>
public sealed class PastCondition
{
    /// <summary>Random.</summary>
    public required Guid Id { get; init; }

    /// <summary>Which alert.</summary>
    public required string Name { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was over, UTC.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>What there was to say about it.</summary>
    public required string Detail { get; init; }

    /// <summary>Those it concerns have been told of its end, or had not been told of its beginning.</summary>
    public required bool Told { get; init; }
}

internal sealed class WorkConfiguration
    : IEntityTypeConfiguration<WorkItem>,
        IEntityTypeConfiguration<Condition>,
        IEntityTypeConfiguration<PastCondition>
{
    public void Configure(EntityTypeBuilder<WorkItem> work)
    {
        work.ToTable(
            "work",
            table =>
                table.HasCheckConstraint(
                    "ck_work_state",
                    "state in ('queued', 'working', 'done', 'failed', 'cancelled')"
                )
        );
        work.Property(x => x.State).HasDefaultValueSql("'queued'").HasSentinel((WorkState)(-1));
        work.Property(x => x.Attempts).HasDefaultValue(0);
        work.Property(x => x.Tries).HasColumnType("jsonb");
        work.HasIndex(x => new { x.Kind, x.Subject }).IsUnique();
        work.HasIndex(x => x.Subject);
        work.HasIndex(x => new { x.Kind, x.NextAttemptAt }).HasFilter("state = 'queued'");
        work.HasIndex(x => x.LeasedUntil).HasFilter("state = 'working'");
        work.HasIndex(x => new { x.Kind, x.Id }, "ix_work_failed").HasFilter("state = 'failed'");
        work.HasIndex(
            x => new
            {
                x.Kind,
                x.State,
                x.CreatedAt,
                x.Id,
            },
            "ix_work_page"
        );
        work.HasIndex(x => x.FinishedAt).HasFilter("state in ('done', 'cancelled')");
    }

    public void Configure(EntityTypeBuilder<Condition> condition)
    {
        condition.ToTable("conditions");
        condition.HasKey(x => x.Name);
        condition.Property(x => x.Told).HasDefaultValue(true).HasSentinel(true);
    }

    public void Configure(EntityTypeBuilder<PastCondition> condition)
    {
        condition.ToTable("past_conditions");
        condition.HasIndex(x => x.EndedAt);
        condition.HasIndex(x => x.Id, "ix_past_conditions_untold").HasFilter("not told");
    }
}
