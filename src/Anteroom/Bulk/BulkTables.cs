using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Bulk;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class BulkTables
{
    extension(AnteroomDb db)
    {
        /// <summary>Emails to every lead that matches a filter.</summary>
        public DbSet<BulkMailing> BulkMailings => db.Set<BulkMailing>();

        /// <summary>Whom they go to.</summary>
        public DbSet<BulkRecipient> BulkRecipients => db.Set<BulkRecipient>();
    }
}
