using Anteroom.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Accounts;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class AccountTables
{
    extension(AnteroomDb db)
    {
        /// <summary>Everybody of the firm who signs in.</summary>
        public DbSet<User> Users => db.Set<User>();

        /// <summary>Their passkeys.</summary>
        public DbSet<IdentityUserPasskey<Guid>> UserPasskeys => db.Set<IdentityUserPasskey<Guid>>();

        /// <summary>Their authenticators and recovery codes.</summary>
        public DbSet<IdentityUserToken<Guid>> UserTokens => db.Set<IdentityUserToken<Guid>>();

        /// <summary>The open links for making the first administrator.</summary>
        public DbSet<SetupLink> SetupLinks => db.Set<SetupLink>();

        /// <summary>The tokens of the Django-style API.</summary>
        public DbSet<ApiToken> ApiTokens => db.Set<ApiToken>();

        /// <summary>The refresh tokens of the JWT API.</summary>
        public DbSet<RefreshToken> RefreshTokens => db.Set<RefreshToken>();

        /// <summary>Sign-ins to the pages.</summary>
        public DbSet<UserSession> UserSessions => db.Set<UserSession>();

        /// <summary>The keys that sign JWTs.</summary>
        public DbSet<SigningKey> SigningKeys => db.Set<SigningKey>();
    }
}
