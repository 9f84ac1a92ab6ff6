using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Mail;

/// <summary>The outbox for EF Core, which writes to the table and reads email through the view.</summary>
internal sealed class EmailConfiguration : IEntityTypeConfiguration<Email>
{
    public void Configure(EntityTypeBuilder<Email> email)
    {
        email.ToTable(
            "outbox",
            table =>
            {
                table.HasCheckConstraint(
                    "ck_outbox_state",
                    "state in ('queued', 'sending', 'sent', 'failed', 'cancelled')"
                );
                table.HasCheckConstraint(
                    "ck_outbox_email",
                    "channel <> 'email' or (subject is not null and html is not null)"
                );
            }
        );
        email.ToView("emails");
        email.Property<string>("Channel").IsRequired().HasDefaultValueSql("'email'");
        email.Property(x => x.Subject).IsRequired(false);
        email.Property(x => x.Html).IsRequired(false);
        email.Property(x => x.ToAddress).HasMaxLength(254);
        email.Property(x => x.ToName).HasMaxLength(201);
        email.Property(x => x.FromName).HasMaxLength(201);
        email.Property(x => x.ReplyTo).HasMaxLength(254);
        email.Property(x => x.State).HasDefaultValueSql("'queued'").HasSentinel((EmailState)(-1));
        email.Property(x => x.Attempts).HasDefaultValue(0);
        email.Property(x => x.Tries).HasColumnType("jsonb");
        email.Property(x => x.WaitsForServer).HasDefaultValue(false);
        email.HasOne<Email>().WithMany().HasForeignKey(x => x.Repeats).OnDelete(DeleteBehavior.SetNull);
        email.HasIndex(x => x.LeadId);
        email.HasIndex(x => x.OnBehalfOf).HasFilter("on_behalf_of is not null");
        email
            .HasIndex(x => x.LeadId, "ix_outbox_welcome")
            .IsUnique()
            .HasFilter("channel = 'email' and kind = 'welcome' and state <> 'cancelled' and came_with is null");
        email.HasIndex(x => x.Repeats).HasFilter("repeats is not null");
        email.HasIndex(x => new { x.Kind, x.Id }, "ix_outbox_failed_kind").HasFilter("state = 'failed'");
        email.HasIndex(x => new { x.BulkId, x.State }, "ix_outbox_bulk_id").HasFilter("bulk_id is not null");
        email.HasIndex(x => x.CreatedAt, "ix_outbox_bulk_created_at").HasFilter("bulk_id is not null");
        email.HasIndex(x => x.SentAt, "ix_outbox_bulk_sent_at").HasFilter("bulk_id is not null");
        email.HasIndex(["Channel", "Kind", "State", "CreatedAt", "Id"], "ix_outbox_page");
        email.HasIndex("Channel", "NextAttemptAt").HasFilter("state = 'queued'");
        email.HasIndex(x => x.LeasedUntil).HasFilter("state = 'sending'");
        email.HasIndex(x => x.FailedAt).HasFilter("state = 'failed'");
        email.HasIndex(x => x.LeadId, "ix_outbox_failed").HasFilter("state = 'failed'");
    }
}
