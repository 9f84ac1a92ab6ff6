using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Resumes;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class ResumeTables
{
    extension(AnteroomDb db)
    {
        /// <summary>The files prospects sent.</summary>
        public DbSet<Resume> Resumes => db.Set<Resume>();

        /// <summary>Their texts.</summary>
        public DbSet<ResumeWords> Words => db.Set<ResumeWords>();

        /// <summary>What was made of them to look at.</summary>
        public DbSet<ResumeCopy> Copies => db.Set<ResumeCopy>();
    }
}
