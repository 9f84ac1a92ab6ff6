using Anteroom.Accounts;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

internal sealed class LeadConfiguration
    : IEntityTypeConfiguration<Lead>,
        IEntityTypeConfiguration<Activity>,
        IEntityTypeConfiguration<Notice>,
        IEntityTypeConfiguration<Email>
{
    /// <summary>The query filter that hides the trash.</summary>
    public const string Trash = nameof(Trash);

    /// <summary>Shadow column: what the search box looks through.</summary>
    public const string SearchText = nameof(SearchText);

    /// <summary>Shadow column: the words of what it looks for by whole words only.</summary>
    public const string SearchMore = nameof(SearchMore);

    /// <summary>Shadow column: makes the same form sent twice one lead.</summary>
    public const string SubmissionKey = nameof(SubmissionKey);

    /// <summary>Shadow column: <see cref="Shared.PhoneNumber.Digits"/> of the phone number.</summary>
    public const string PhoneDigits = nameof(PhoneDigits);

    public void Configure(EntityTypeBuilder<Lead> lead)
    {
        lead.ToTable("leads");
        lead.Property(x => x.Number).HasDefaultValueSql("nextval('lead_numbers')");
        lead.Property(x => x.Code).HasMaxLength(LeadCode.Length).HasDefaultValueSql("new_lead_code()").HasSentinel("");
        lead.HasIndex(x => x.Code).IsUnique();
        foreach (var fact in ProspectFacts.All)
            lead.Property(fact.Property).HasMaxLength(fact.MaxLength);
        lead.Property(x => x.Answers)
            .HasColumnType("jsonb")
            .HasDefaultValueSql("'{}'")
            .HasConversion(answers => answers.ToJson(), json => Answers.FromJson(json));
        lead.Property(x => x.Status).HasDefaultValueSql("'registered'");
        lead.Property(x => x.Version).HasColumnName("xmin").IsRowVersion();
        lead.Property<string>(SearchText).IsRequired();
        lead.Property<string>(SearchMore).IsRequired().HasDefaultValue("");
        lead.Property<byte[]?>(SubmissionKey);
        lead.Property(x => x.Language).HasDefaultValueSql("'en'").HasSentinel((Language)(-1));
        lead.Property(x => x.PhoneE164).HasColumnName("phone_e164").HasMaxLength(PhoneNumber.MaxE164Length);
        lead.HasIndex(x => x.PhoneE164, "ix_leads_phone_e164").HasFilter("phone_e164 is not null");
        lead.Property<string?>(PhoneDigits).HasMaxLength(PhoneNumber.MostDigits);
        lead.HasIndex(PhoneDigits).HasFilter("phone_digits is not null");
        lead.Property(x => x.NeedsCall).HasDefaultValue(false);
        lead.Property(x => x.Sample).HasDefaultValue(false);
        lead.Property(x => x.ConsentVersion).HasMaxLength(12);
        lead.Ignore(x => x.FullName);
        lead.Ignore(x => x.HasEmail);
        lead.Ignore(x => x.NextStatuses);
        lead.HasOne<User>().WithMany().HasForeignKey(x => x.ReachedOutBy).OnDelete(DeleteBehavior.Restrict);
        lead.HasOne<User>().WithMany().HasForeignKey(x => x.AssignedTo).OnDelete(DeleteBehavior.Restrict);
        lead.HasOne<User>().WithMany().HasForeignKey(x => x.DeletedBy).OnDelete(DeleteBehavior.Restrict);
        // Queries skip the trash unless they say otherwise (IgnoreQueryFilters).
        lead.HasQueryFilter(Trash, x => x.DeletedAt == null);
        // Those that came with merged leads are left out by the filter of ResumeConfiguration.
        lead.HasOne(x => x.Resume).WithOne().HasForeignKey<Resume>(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        lead.HasIndex(x => x.Number).IsUnique();
        lead.HasIndex(x => new { x.Status, x.Number });
        lead.HasIndex(x => new { x.AssignedTo, x.Number });
        lead.HasIndex(x => x.CreatedAt);
        lead.HasIndex(x => new { x.AssignedTo, x.AssignedAt }, "ix_leads_untouched").HasFilter("status = 'registered'");
        lead.HasIndex(x => x.CreatedAt, "ix_leads_waiting").HasFilter("status = 'registered'");
        lead.HasIndex(x => x.ContactDueAt).HasFilter("contact_due_at is not null");
        lead.HasIndex(x => x.ReachedOutAt).HasFilter("reached_out_at is not null");
        lead.HasIndex(x => x.RetainedAt).HasFilter("retained_at is not null");
        lead.HasIndex(x => x.ClosedAt).HasFilter("closed_at is not null");
        lead.HasIndex(x => x.DeletedAt).HasFilter("deleted_at is not null");
        lead.HasIndex(x => x.DeletedBy).HasFilter("deleted_by is not null");
        lead.HasIndex(x => new { x.PracticeArea, x.Number });
        lead.HasIndex(x => new { x.Source, x.Number });
        lead.HasIndex(x => new
        {
            x.LastName,
            x.FirstName,
            x.Number,
        });
        lead.HasIndex(x => new { x.UpdatedAt, x.Number });
        lead.HasIndex(x => x.Number, "ix_leads_needs_call").HasFilter("needs_call");
        lead.HasIndex(x => x.Number, "ix_leads_sample").HasFilter("sample");
        lead.HasIndex(SubmissionKey).IsUnique();
        lead.HasIndex(SearchText).HasMethod("gin").HasOperators("gin_trgm_ops");
    }

    public void Configure(EntityTypeBuilder<Email> email) =>
        email.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);

    public void Configure(EntityTypeBuilder<Notice> notice) =>
        notice.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);

    public void Configure(EntityTypeBuilder<Activity> activity) =>
        activity.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
}
