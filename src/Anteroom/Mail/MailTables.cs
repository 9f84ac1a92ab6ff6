using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Mail;

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class MailTables
{
    extension(AnteroomDb db)
    {
        /// <summary>The outbox: every email that was ever to be sent.</summary>
        public DbSet<Email> Emails => db.Set<Email>();

        /// <summary>The firm's own email templates.</summary>
        public DbSet<MailTemplate> MailTemplates => db.Set<MailTemplate>();

        /// <summary>Texts that administrators are just writing.</summary>
        public DbSet<MailTemplateDraft> MailTemplateDrafts => db.Set<MailTemplateDraft>();

        /// <summary>Who unsubscribed from automatic email.</summary>
        public DbSet<OptOut> OptOuts => db.Set<OptOut>();
    }
}
