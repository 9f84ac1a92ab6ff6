using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Accounts;

internal sealed class UserConfiguration
    : IEntityTypeConfiguration<User>,
        IEntityTypeConfiguration<IdentityUserClaim<Guid>>,
        IEntityTypeConfiguration<IdentityUserLogin<Guid>>,
        IEntityTypeConfiguration<IdentityUserToken<Guid>>,
        IEntityTypeConfiguration<IdentityUserPasskey<Guid>>,
        IEntityTypeConfiguration<Email>,
        IEntityTypeConfiguration<SetupLink>,
        IEntityTypeConfiguration<ApiToken>,
        IEntityTypeConfiguration<RefreshToken>,
        IEntityTypeConfiguration<UserSession>,
        IEntityTypeConfiguration<UserLink>,
        IEntityTypeConfiguration<SigningKey>,
        IEntityTypeConfiguration<StoredSetting>,
        IEntityTypeConfiguration<MailTemplate>,
        IEntityTypeConfiguration<MailTemplateDraft>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable(
            "users",
            table =>
            {
                table.HasCheckConstraint("ck_users_role", "role in ('administrator', 'attorney', 'staff', 'operator')");
                table.HasCheckConstraint("ck_users_language", "language in ('en', 'es')");
                table.HasCheckConstraint("ck_users_capacity", "capacity between 0 and 100000");
                table.HasCheckConstraint(
                    "ck_users_hours",
                    "(work_days is null and work_from is null and work_until is null) or (work_days between 1 and 127 and work_from >= 0 and work_until <= 1440 and work_from < work_until)"
                );
            }
        );
        user.Property(x => x.Number).HasDefaultValueSql("nextval('user_numbers')");
        user.Property(x => x.UserName).HasMaxLength(256);
        user.Property(x => x.NormalizedUserName).HasMaxLength(256);
        user.Property(x => x.Email).HasMaxLength(256);
        user.Property(x => x.NormalizedEmail).HasMaxLength(256);
        user.Property(x => x.ConcurrencyStamp).IsConcurrencyToken();
        user.Property(x => x.FullName).HasMaxLength(200);
        user.Property(x => x.Active).HasDefaultValue(true).HasSentinel(true);
        user.Property(x => x.Available).HasDefaultValue(true).HasSentinel(true);
        user.Property(x => x.GetsReports).HasDefaultValue(true).HasSentinel(true);
        user.Property(x => x.Sample).HasDefaultValue(false);
        user.Property(x => x.Capacity).HasDefaultValue(50).HasSentinel(50);
        user.Property<string?>("PracticeArea").HasMaxLength(100); // of nodes of the version before
        user.Property(x => x.PracticeAreas).HasDefaultValueSql("'{}'");
        user.Property(x => x.TimeZone).HasMaxLength(100);
        user.Ignore(x => x.Hours);
        // Statements of their own write these (Attempts, CheckCode): saving a user as it was read puts none of them back.
        foreach (
            var counted in new[]
            {
                user.Property(x => x.AccessFailedCount).Metadata,
                user.Property(x => x.LockoutEnd).Metadata,
                user.Property(x => x.LastCodeStep).Metadata,
            }
        )
            counted.SetAfterSaveBehavior(PropertySaveBehavior.Ignore);
        user.HasIndex(x => x.Number).IsUnique();
        user.HasIndex(x => x.NormalizedUserName).IsUnique().HasDatabaseName("ix_users_normalized_user_name");
        user.HasIndex(x => x.NormalizedEmail).IsUnique().HasDatabaseName("ix_users_normalized_email");
    }

    public void Configure(EntityTypeBuilder<Email> email) =>
        email.HasOne<User>().WithMany().HasForeignKey(x => x.OnBehalfOf).OnDelete(DeleteBehavior.SetNull);

    // What Identity asks of its tables (schema version 3).
    public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> claim)
    {
        claim.ToTable("user_claims");
        claim.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).IsRequired();
    }

    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> login)
    {
        login.ToTable("user_logins");
        login.HasKey(x => new { x.LoginProvider, x.ProviderKey });
        login.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).IsRequired();
    }

    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> token)
    {
        token.ToTable("user_tokens");
        token.HasKey(x => new
        {
            x.UserId,
            x.LoginProvider,
            x.Name,
        });
        token.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).IsRequired();
    }

    public void Configure(EntityTypeBuilder<IdentityUserPasskey<Guid>> passkey)
    {
        passkey.ToTable("user_passkeys");
        passkey.HasKey(x => x.CredentialId);
        passkey.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
        passkey.OwnsOne(x => x.Data).ToJson("data");
    }

    public void Configure(EntityTypeBuilder<SetupLink> link)
    {
        link.ToTable("setup_links");
        link.HasKey(x => x.TokenHash);
    }

    public void Configure(EntityTypeBuilder<ApiToken> token)
    {
        token.ToTable("api_tokens");
        token.HasKey(x => x.Hash);
        token.Property(x => x.Id).HasDefaultValueSql("gen_random_uuid()");
        token.Property(x => x.Name).HasMaxLength(100);
        token.HasIndex(x => x.Id).IsUnique();
        token.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RefreshToken> token)
    {
        token.ToTable("refresh_tokens");
        token.HasKey(x => x.Hash);
        token.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
        token.HasIndex(x => x.Family);
        token.HasIndex(x => x.ExpiresAt);
        token.Property(x => x.BeganAt).HasDefaultValueSql("now()");
        token.Property(x => x.UserAgent).HasMaxLength(300);
        token.Property(x => x.Address).HasMaxLength(60);
    }

    public void Configure(EntityTypeBuilder<UserLink> link)
    {
        link.ToTable(
            "user_links",
            table => table.HasCheckConstraint("ck_user_links_purpose", "purpose in ('password', 'email')")
        );
        link.HasKey(x => new { x.UserId, x.Purpose });
        link.Property(x => x.Email).HasMaxLength(256);
        link.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<UserSession> session)
    {
        session.ToTable("user_sessions");
        session.Property(x => x.UserAgent).HasMaxLength(300);
        session.Property(x => x.Address).HasMaxLength(60);
        session.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
        session.HasIndex(x => x.CreatedAt);
    }

    public void Configure(EntityTypeBuilder<SigningKey> key) => key.ToTable("signing_keys");

    // The rooms below know users by their ids only.
    public void Configure(EntityTypeBuilder<StoredSetting> setting) =>
        setting.HasOne<User>().WithMany().HasForeignKey(x => x.ChangedBy).OnDelete(DeleteBehavior.SetNull);

    public void Configure(EntityTypeBuilder<MailTemplate> template) =>
        template.HasOne<User>().WithMany().HasForeignKey(x => x.ChangedBy).OnDelete(DeleteBehavior.Cascade);

    public void Configure(EntityTypeBuilder<MailTemplateDraft> draft) =>
        draft.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
}
