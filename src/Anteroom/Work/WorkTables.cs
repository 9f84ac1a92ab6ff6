using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Work;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class WorkTables
{
    extension(AnteroomDb db)
    {
        /// <summary>Work that waits or was done recently.</summary>
        public DbSet<WorkItem> Work => db.Set<WorkItem>();

        /// <summary>Current alerts.</summary>
        public DbSet<Condition> Conditions => db.Set<Condition>();

        /// <summary>Alerts that are over.</summary>
        public DbSet<PastCondition> PastConditions => db.Set<PastCondition>();
    }
}
