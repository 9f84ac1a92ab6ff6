using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Firm;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class FirmTables
{
    extension(AnteroomDb db)
    {
        /// <summary>What the firm has set on the page of settings.</summary>
        public DbSet<StoredSetting> Settings => db.Set<StoredSetting>();

        /// <summary>The firm's logo.</summary>
        public DbSet<Logo> Logos => db.Set<Logo>();

        /// <summary>Every text that prospects were asked to agree to.</summary>
        public DbSet<ConsentText> ConsentTexts => db.Set<ConsentText>();
    }
}
