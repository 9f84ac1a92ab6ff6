using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Audit;
using Anteroom.Bulk;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Reports;
using Anteroom.Resumes;
using Anteroom.Work;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Anteroom.Data;

/// <summary>
/// The model of the database as EF Core sees it. The schema itself is made by the SQL files in <c>Migrations/</c>; a test
/// builds one database from each and compares them. Each feature folder configures its own entities.
/// </summary>
public sealed class AnteroomDb(DbContextOptions<AnteroomDb> options)
    : IdentityUserContext<User, Guid>(options),
        IDataProtectionKeyContext
{
    /// <summary>Every enquiry.</summary>
    public DbSet<Lead> Leads => Set<Lead>();

    /// <summary>How many leads there are, in pieces to be added up; written by the database itself.</summary>
    public DbSet<LeadCount> LeadCounts => Set<LeadCount>();

    /// <summary>Leads by the day they came in, in pieces to be added up; written by the database itself.</summary>
    public DbSet<LeadDay> LeadDays => Set<LeadDay>();

    /// <summary>How long first contacts took, by day, in pieces to be added up; written by the database itself.</summary>
    public DbSet<ContactDay> ContactDays => Set<ContactDay>();

    /// <summary>Where the words of leads begin; written by the database itself.</summary>
    public DbSet<LeadWord> LeadWords => Set<LeadWord>();

    /// <summary>The files prospects sent.</summary>
    public DbSet<Resume> Resumes => Set<Resume>();

    /// <summary>The outbox: every e-mail that was ever to be sent.</summary>
    public DbSet<Email> Emails => Set<Email>();

    /// <summary>For whom which report has been written.</summary>
    public DbSet<ReportRun> ReportRuns => Set<ReportRun>();

    /// <summary>The firm's own texts of e-mails.</summary>
    public DbSet<MailTemplate> MailTemplates => Set<MailTemplate>();

    /// <summary>Texts that administrators are just writing.</summary>
    public DbSet<MailTemplateDraft> MailTemplateDrafts => Set<MailTemplateDraft>();

    /// <summary>Who wants no more automatic e-mail.</summary>
    public DbSet<OptOut> OptOuts => Set<OptOut>();

    /// <summary>E-mails to all leads of a filter.</summary>
    public DbSet<BulkMailing> BulkMailings => Set<BulkMailing>();

    /// <summary>Whom they go to.</summary>
    public DbSet<BulkRecipient> BulkRecipients => Set<BulkRecipient>();

    /// <summary>Every line of every timeline.</summary>
    public DbSet<Activity> Activities => Set<Activity>();

    /// <summary>Who has read which lead when.</summary>
    public DbSet<LeadRead> LeadReads => Set<LeadRead>();

    /// <summary>How each user wants the list.</summary>
    public DbSet<ListSettings> ListSettings => Set<ListSettings>();

    /// <summary>Questions to the list that people keep.</summary>
    public DbSet<SavedView> Views => Set<SavedView>();

    /// <summary>What can be taken back.</summary>
    public DbSet<Undo> Undos => Set<Undo>();

    /// <summary>What people have to do about leads.</summary>
    public DbSet<LeadTask> Tasks => Set<LeadTask>();

    /// <summary>The words that people put on leads.</summary>
    public DbSet<Tag> Tags => Set<Tag>();

    /// <summary>Which lead has which.</summary>
    public DbSet<LeadTag> LeadTags => Set<LeadTag>();

    /// <summary>Where leads are that were merged into others.</summary>
    public DbSet<MergedLead> MergedLeads => Set<MergedLead>();

    /// <summary>Who has which lead's page open.</summary>
    public DbSet<LeadViewer> LeadViewers => Set<LeadViewer>();

    /// <summary>Texts that people begin an e-mail with.</summary>
    public DbSet<Reply> Replies => Set<Reply>();

    /// <summary>Work that waits, or was done a short while ago.</summary>
    public DbSet<WorkItem> Work => Set<WorkItem>();

    /// <summary>What is the matter at the moment.</summary>
    public DbSet<Condition> Conditions => Set<Condition>();

    /// <summary>The open links for making the first administrator.</summary>
    public DbSet<SetupLink> SetupLinks => Set<SetupLink>();

    /// <summary>The keys that protect cookies and forms, shared by all nodes.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>The tokens of the Django-style API.</summary>
    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    /// <summary>The refresh tokens of the JWT API.</summary>
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    /// <summary>The keys that sign JWTs.</summary>
    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    /// <summary>How the system did, minute by minute.</summary>
    public DbSet<HealthSample> HealthSamples => Set<HealthSample>();

    /// <summary>What the firm has set on the page of settings.</summary>
    public DbSet<StoredSetting> Settings => Set<StoredSetting>();

    /// <summary>The firm's logo.</summary>
    public DbSet<Logo> Logos => Set<Logo>();

    /// <summary>Every text that prospects were asked to agree to.</summary>
    public DbSet<ConsentText> ConsentTexts => Set<ConsentText>();

    /// <summary>Who did what when.</summary>
    public DbSet<AuditEntry> AuditLog => Set<AuditEntry>();

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        Named<LeadStatus>();
        Named<ResumeType>();
        Named<ScanState>();
        Named<EmailKind>();
        Named<EmailState>();
        Named<Role>();
        Named<WorkKind>();
        Named<BulkState>();
        Named<BulkRecipientState>();
        Named<WorkState>();
        Named<Language>();
        Named<Density>();
        Named<UndoKind>();
        Named<TagColour>();
        Named<AuditKind>();

        void Named<TEnum>()
            where TEnum : struct, Enum =>
            configurationBuilder.Properties<TEnum>().HaveConversion<WireNameConverter<TEnum>>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasPostgresExtension("pg_trgm");
        builder.ApplyConfigurationsFromAssembly(typeof(AnteroomDb).Assembly);
        // The naming convention names every index after its columns; where we gave a name, ours stands.
        foreach (var index in builder.Model.GetEntityTypes().SelectMany(entity => entity.GetDeclaredIndexes()))
            if (index.Name is { } given)
                index.SetDatabaseName(given);
    }

    /// <summary>Enums are kept by name, so that a person who reads a table understands it.</summary>
    private sealed class WireNameConverter<TEnum>()
        : ValueConverter<TEnum, string>(value => value.ToWire(), name => WireName.Parse<TEnum>(name))
        where TEnum : struct, Enum;
}
