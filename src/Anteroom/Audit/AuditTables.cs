using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Audit;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class AuditTables
{
    extension(AnteroomDb db)
    {
        /// <summary>Who did what when.</summary>
        public DbSet<AuditEntry> AuditLog => db.Set<AuditEntry>();

        /// <summary>Where each line stands in the chain.</summary>
        public DbSet<AuditSeal> AuditSeals => db.Set<AuditSeal>();
    }
}
