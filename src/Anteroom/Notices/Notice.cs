using Anteroom.Accounts;
using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Notices;

/// <summary>What somebody of the firm is told of.</summary>
public enum NoticeKind
{
    /// <summary>A lead is theirs.</summary>
    Assigned,

    /// <summary>A lead of theirs is somebody else's now.</summary>
    Reassigned,

    /// <summary>Somebody has named them in a note.</summary>
    Mention,

    /// <summary>Somebody has given them a task.</summary>
    TaskGiven,

    /// <summary>A task of theirs is due today.</summary>
    TaskDue,

    /// <summary>An email to the prospect of one of their leads was given up.</summary>
    MailFailed,
}

/// <summary>Something that a person of the firm was told.</summary>
public sealed class Notice
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whom.</summary>
    public required Guid UserId { get; init; }

    /// <summary>What it is about.</summary>
    public required NoticeKind Kind { get; init; }

    /// <summary>The lead; null for none.</summary>
    public Guid? LeadId { get; init; }

    /// <summary>One sentence.</summary>
    public required string Text { get; init; }

    /// <summary>When it happened, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When they read it; null while they have not.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>It stands on their page, and the bell counts it.</summary>
    public required bool OnPage { get; init; }

    /// <summary>Their browser says it.</summary>
    public required bool InBrowser { get; init; }
}

/// <summary>How somebody wants to be told of a kind, where it is not in every way.</summary>
public sealed class NoticeChoice
{
    /// <summary>Who.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Of what.</summary>
    public required NoticeKind Kind { get; init; }

    /// <summary>On the page and by the bell.</summary>
    public required bool Page { get; init; }

    /// <summary>By email.</summary>
    public required bool Email { get; init; }

    /// <summary>By the browser, on devices where they have allowed it.</summary>
    public required bool Browser { get; init; }
}

/// <summary>What there is to know about <see cref="NoticeKind"/>.</summary>
public static class NoticeKinds
{
    /// <summary>What people call it.</summary>
    public static string ToLabel(this NoticeKind kind) =>
        kind switch
        {
            NoticeKind.Assigned => "A lead is assigned to me",
            NoticeKind.Reassigned => "A lead of mine is given to someone else",
            NoticeKind.Mention => "Someone mentions me in a note",
            NoticeKind.TaskGiven => "Someone gives me a task",
            NoticeKind.TaskDue => "A task of mine is due today",
            _ => "An email to a prospect of mine cannot be delivered",
        };
}

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class NoticeTables
{
    extension(AnteroomDb db)
    {
        /// <summary>What people were told.</summary>
        public DbSet<Notice> Notices => db.Set<Notice>();

        /// <summary>How they want to be told.</summary>
        public DbSet<NoticeChoice> NoticeChoices => db.Set<NoticeChoice>();
    }
}

internal sealed class NoticeConfiguration : IEntityTypeConfiguration<Notice>, IEntityTypeConfiguration<NoticeChoice>
{
    public void Configure(EntityTypeBuilder<Notice> notice)
    {
        notice.ToTable("notices");
        notice.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
        notice.HasIndex(x => new { x.UserId, x.Id }, "ix_notices_user_id");
        notice.HasIndex(x => x.UserId, "ix_notices_unread").HasFilter("read_at is null");
        notice.HasIndex(x => x.LeadId);
        notice.HasIndex(x => x.At);
    }

    public void Configure(EntityTypeBuilder<NoticeChoice> choice)
    {
        choice.ToTable("notice_choices");
        choice.HasKey(x => new { x.UserId, x.Kind });
        choice.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
