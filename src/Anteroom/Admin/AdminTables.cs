using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Admin;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class AdminTables
{
    extension(AnteroomDb db)
    {
        /// <summary>System health, minute by minute.</summary>
        public DbSet<HealthSample> HealthSamples => db.Set<HealthSample>();

        /// <summary>Acts on many items of queues.</summary>
        public DbSet<QueueAct> QueueActs => db.Set<QueueAct>();
    }
}
