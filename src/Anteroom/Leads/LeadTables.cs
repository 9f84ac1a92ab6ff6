using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class LeadTables
{
    extension(AnteroomDb db)
    {
        /// <summary>Every inquiry.</summary>
        public DbSet<Lead> Leads => db.Set<Lead>();

        /// <summary>How many leads there are, in pieces to be added up; written by the database itself.</summary>
        public DbSet<LeadCount> LeadCounts => db.Set<LeadCount>();

        /// <summary>What leads are found by; written by the database itself.</summary>
        public DbSet<FindableLead> FindableLeads => db.Set<FindableLead>();

        /// <summary>Which lead changed when; written by the database itself.</summary>
        public DbSet<LoggedChange> LoggedChanges => db.Set<LoggedChange>();

        /// <summary>Who has read which lead when.</summary>
        public DbSet<LeadRead> LeadReads => db.Set<LeadRead>();

        /// <summary>How each user wants the list.</summary>
        public DbSet<ListSettings> ListSettings => db.Set<ListSettings>();

        /// <summary>Saved views.</summary>
        public DbSet<SavedView> Views => db.Set<SavedView>();

        /// <summary>What can be taken back.</summary>
        public DbSet<Undo> Undos => db.Set<Undo>();

        /// <summary>Leads that nobody erases.</summary>
        public DbSet<LegalHold> LegalHolds => db.Set<LegalHold>();

        /// <summary>What was erased.</summary>
        public DbSet<ErasureCertificate> Certificates => db.Set<ErasureCertificate>();

        /// <summary>Why leads were declined.</summary>
        public DbSet<Decline> Declines => db.Set<Decline>();

        /// <summary>Tasks about leads.</summary>
        public DbSet<LeadTask> Tasks => db.Set<LeadTask>();

        /// <summary>The words that people put on leads.</summary>
        public DbSet<Tag> Tags => db.Set<Tag>();

        /// <summary>Which lead has which.</summary>
        public DbSet<LeadTag> LeadTags => db.Set<LeadTag>();

        /// <summary>Where leads are that were merged into others.</summary>
        public DbSet<MergedLead> MergedLeads => db.Set<MergedLead>();

        /// <summary>Who has which lead's page open.</summary>
        public DbSet<LeadViewer> LeadViewers => db.Set<LeadViewer>();

        /// <summary>What was imported, or is about to be.</summary>
        public DbSet<Import> Imports => db.Set<Import>();

        /// <summary>The rows of imports.</summary>
        public DbSet<ImportRow> ImportRows => db.Set<ImportRow>();

        /// <summary>What columns of files mean, by name.</summary>
        public DbSet<ImportPreset> ImportPresets => db.Set<ImportPreset>();

        /// <summary>Texts that people begin an email with.</summary>
        public DbSet<Snippet> Snippets => db.Set<Snippet>();
    }
}
