using Anteroom.Accounts;
using Anteroom.Bulk;
using Anteroom.Leads;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Mail;

internal sealed class EmailConfiguration : IEntityTypeConfiguration<Email>
{
    public void Configure(EntityTypeBuilder<Email> email)
    {
        email.ToTable(
            "emails",
            table =>
                table.HasCheckConstraint(
                    "ck_emails_state",
                    "state in ('queued', 'sending', 'sent', 'failed', 'cancelled')"
                )
        );
        email.Ignore(x => x.SentSentence);
        email.Property(x => x.ToAddress).HasMaxLength(254);
        email.Property(x => x.ToName).HasMaxLength(201);
        email.Property(x => x.FromName).HasMaxLength(201);
        email.Property(x => x.ReplyTo).HasMaxLength(254);
        email.Property(x => x.State).HasDefaultValueSql("'queued'").HasSentinel((EmailState)(-1));
        email.Property(x => x.Attempts).HasDefaultValue(0);
        email.Property(x => x.WaitsForServer).HasDefaultValue(false);
        email.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        email.HasOne<User>().WithMany().HasForeignKey(x => x.OnBehalfOf).OnDelete(DeleteBehavior.SetNull);
        email.Ignore(x => x.ToSample);
        email.HasIndex(x => x.LeadId);
        email.HasIndex(x => x.OnBehalfOf).HasFilter("on_behalf_of is not null");
        email
            .HasIndex(x => x.LeadId, "ix_emails_welcome")
            .IsUnique()
            .HasFilter("kind = 'welcome' and state <> 'cancelled' and came_with is null");
        email.HasOne<Email>().WithMany().HasForeignKey(x => x.Repeats).OnDelete(DeleteBehavior.SetNull);
        email.HasIndex(x => x.Repeats).HasFilter("repeats is not null");
        email.HasIndex(x => new { x.Kind, x.Id }, "ix_emails_failed_kind").HasFilter("state = 'failed'");
        email.HasOne<BulkMailing>().WithMany().HasForeignKey(x => x.BulkId).OnDelete(DeleteBehavior.SetNull);
        email.HasIndex(x => new { x.BulkId, x.State }, "ix_emails_bulk_id").HasFilter("bulk_id is not null");
        email.HasIndex(x => x.CreatedAt, "ix_emails_bulk_created_at").HasFilter("bulk_id is not null");
        email.HasIndex(x => x.SentAt, "ix_emails_bulk_sent_at").HasFilter("bulk_id is not null");
        email.HasIndex(x => x.NextAttemptAt).HasFilter("state = 'queued'");
        email.HasIndex(x => x.LeasedUntil).HasFilter("state = 'sending'");
        email.HasIndex(x => x.FailedAt).HasFilter("state = 'failed'");
        email.HasIndex(x => x.LeadId, "ix_emails_failed").HasFilter("state = 'failed'");
    }
}
