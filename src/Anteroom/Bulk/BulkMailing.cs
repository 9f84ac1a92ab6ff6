using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Bulk;

/// <summary>How far a mailing has come.</summary>
public enum BulkState
{
    /// <summary>Is being written; nobody gets it.</summary>
    Draft,

    /// <summary>Confirmed: goes into the outbox at the pace of <c>Mail:BulkPerMinute</c>.</summary>
    Sending,

    /// <summary>All of it has been handed to the outbox.</summary>
    Done,

    /// <summary>Stopped by a person. What had not been handed to the outbox never goes.</summary>
    Cancelled,
}

/// <summary>An email to all leads of a filter.</summary>
public sealed class BulkMailing
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>How far it has come.</summary>
    public BulkState State { get; set; }

    /// <summary>Which leads: <see cref="LeadFilter"/> as it stands in an address.</summary>
    public required string Filter { get; init; }

    /// <summary>Subject with merge fields.</summary>
    public required string Subject { get; set; }

    /// <summary>Plain part with merge fields.</summary>
    public required string Text { get; set; }

    /// <summary>HTML part with merge fields; empty: made from <see cref="Text"/>.</summary>
    public required string Html { get; set; }

    /// <summary>Who writes; gets the answers.</summary>
    public required Guid CreatedBy { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was confirmed, UTC; null for a draft.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>When it was done or cancelled, UTC.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Leads of the filter that were left out because they had opted out.</summary>
    public int OptedOut { get; set; }

    /// <summary>Leads of the filter that were left out because their address does not work.</summary>
    public int Unreachable { get; set; }

    /// <summary>Leads of the filter that were left out because another one has the same address.</summary>
    public int Duplicates { get; set; }

    /// <summary>What was written, ready to be filled in.</summary>
    public TemplateSource Source => new(Subject, Text, Html.Length > 0 ? Html : PlainTextHtml.Of(Text));
}

/// <summary>What became of a recipient.</summary>
internal enum BulkRecipientState
{
    /// <summary>Is still to come.</summary>
    Waiting,

    /// <summary>Has an email in the outbox.</summary>
    Released,

    /// <summary>Opted out or became unreachable after the confirmation.</summary>
    Skipped,
}

/// <summary>Somebody a mailing goes to.</summary>
internal sealed class BulkRecipient
{
    /// <summary>The mailing.</summary>
    public required Guid BulkId { get; init; }

    /// <summary>The order, from 1.</summary>
    public required int Position { get; init; }

    /// <summary>The lead.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>What became of it.</summary>
    public BulkRecipientState State { get; init; }
}

internal sealed class BulkConfiguration
    : IEntityTypeConfiguration<BulkMailing>,
        IEntityTypeConfiguration<BulkRecipient>,
        IEntityTypeConfiguration<Email>
{
    public void Configure(EntityTypeBuilder<BulkMailing> mailing)
    {
        mailing.ToTable(
            "bulk_mailings",
            table =>
                table.HasCheckConstraint("ck_bulk_mailings_state", "state in ('draft', 'sending', 'done', 'cancelled')")
        );
        mailing.Ignore(x => x.Source);
        mailing.Property(x => x.OptedOut).HasDefaultValue(0);
        mailing.Property(x => x.Unreachable).HasDefaultValue(0);
        mailing.Property(x => x.Duplicates).HasDefaultValue(0);
        mailing.HasOne<User>().WithMany().HasForeignKey(x => x.CreatedBy).OnDelete(DeleteBehavior.Restrict);
    }

    public void Configure(EntityTypeBuilder<Email> email) =>
        email.HasOne<BulkMailing>().WithMany().HasForeignKey(x => x.BulkId).OnDelete(DeleteBehavior.SetNull);

    public void Configure(EntityTypeBuilder<BulkRecipient> recipient)
    {
        recipient.ToTable(
            "bulk_recipients",
            table => table.HasCheckConstraint("ck_bulk_recipients_state", "state in ('waiting', 'released', 'skipped')")
        );
        recipient.HasKey(x => new { x.BulkId, x.Position });
        recipient.Property(x => x.State).HasDefaultValueSql("'waiting'").HasSentinel((BulkRecipientState)(-1));
        recipient.HasOne<BulkMailing>().WithMany().HasForeignKey(x => x.BulkId).OnDelete(DeleteBehavior.Cascade);
        recipient.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        recipient.HasIndex(x => new { x.BulkId, x.LeadId }).IsUnique();
        recipient.HasIndex(x => x.LeadId);
        recipient
            .HasIndex(x => new { x.BulkId, x.Position }, "ix_bulk_recipients_waiting")
            .HasFilter("state = 'waiting'");
    }
}
