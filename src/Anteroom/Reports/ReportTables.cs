using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Reports;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class ReportTables
{
    extension(AnteroomDb db)
    {
        /// <summary>Leads by the day they came in, in pieces to be added up; written by the database itself.</summary>
        public DbSet<LeadDay> LeadDays => db.Set<LeadDay>();

        /// <summary>How long first contacts took, by day, in pieces to be added up; written by the database itself.</summary>
        public DbSet<ContactDay> ContactDays => db.Set<ContactDay>();

        /// <summary>What happened on each day, by who has the leads.</summary>
        public DbSet<ReportDay> ReportDays => db.Set<ReportDay>();

        /// <summary>The leads that came in on each day, by one thing.</summary>
        public DbSet<ReportPart> ReportParts => db.Set<ReportPart>();

        /// <summary>What those two do not have yet; written by the database itself.</summary>
        public DbSet<ReportChange> ReportChanges => db.Set<ReportChange>();

        /// <summary>Which reports have been written for whom.</summary>
        public DbSet<ReportRun> ReportRuns => db.Set<ReportRun>();

        /// <summary>Which reports have been written for which address of the firm.</summary>
        public DbSet<ReportCopy> ReportCopies => db.Set<ReportCopy>();
    }
}
