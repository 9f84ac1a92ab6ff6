using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Accounts;

internal sealed class UserConfiguration
    : IEntityTypeConfiguration<User>,
        IEntityTypeConfiguration<IdentityUserClaim<Guid>>,
        IEntityTypeConfiguration<IdentityUserLogin<Guid>>,
        IEntityTypeConfiguration<IdentityUserToken<Guid>>,
        IEntityTypeConfiguration<SetupLink>
{
    public void Configure(EntityTypeBuilder<User> user)
    {
        user.ToTable(
            "users",
            table => table.HasCheckConstraint("ck_users_role", "role in ('administrator', 'attorney', 'staff')")
        );
        user.Property(x => x.Number).HasDefaultValueSql("nextval('user_numbers')");
        user.Property(x => x.FullName).HasMaxLength(200);
        user.Property(x => x.Active).HasDefaultValue(true).HasSentinel(true);
        user.HasIndex(x => x.Number).IsUnique();
        user.HasIndex(x => x.NormalizedUserName).IsUnique().HasDatabaseName("ix_users_normalized_user_name");
        user.HasIndex(x => x.NormalizedEmail).IsUnique().HasDatabaseName("ix_users_normalized_email");
    }

    public void Configure(EntityTypeBuilder<IdentityUserClaim<Guid>> claim) => claim.ToTable("user_claims");

    public void Configure(EntityTypeBuilder<IdentityUserLogin<Guid>> login) => login.ToTable("user_logins");

    public void Configure(EntityTypeBuilder<IdentityUserToken<Guid>> token) => token.ToTable("user_tokens");

    public void Configure(EntityTypeBuilder<SetupLink> link)
    {
        link.ToTable("setup_links");
        link.HasKey(x => x.TokenHash);
    }
}
