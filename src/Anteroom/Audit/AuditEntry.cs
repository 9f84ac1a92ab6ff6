using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Audit;

/// <summary>What the audit log writes down.</summary>
public enum AuditKind
{
    /// <summary>Somebody signed in: on the page or for an API.</summary>
    SignedIn,

    /// <summary>A try to sign in was refused.</summary>
    SignInFailed,

    /// <summary>Somebody was refused what their role does not allow.</summary>
    AccessRefused,

    /// <summary>An account was made, invited, changed, closed or opened again.</summary>
    UserChanged,

    /// <summary>A password or a second factor was set, changed or taken off, or a link for it was sent.</summary>
    CredentialsChanged,

    /// <summary>Settings were changed.</summary>
    SettingsChanged,

    /// <summary>The text of an email was changed.</summary>
    TemplateChanged,

    /// <summary>The schedule was changed, or a job was asked to run.</summary>
    ScheduleChanged,

    /// <summary>Work or mail that had failed was tried again or taken off.</summary>
    QueueSettled,

    /// <summary>Data left the product as a file.</summary>
    Exported,

    /// <summary>Leads came from a file or another system, or were taken back.</summary>
    Imported,

    /// <summary>An email to many was confirmed or stopped.</summary>
    BulkMailing,

    /// <summary>A backup was made.</summary>
    BackupMade,

    /// <summary>A token of an API was made.</summary>
    TokenCreated,

    /// <summary>Tokens of an API were made useless.</summary>
    TokenRevoked,

    /// <summary>Personal data was read in the data browser.</summary>
    DataRead,

    /// <summary>Sample data was made or removed.</summary>
    SamplesChanged,

    /// <summary>Leads were moved, assigned, merged or deleted.</summary>
    LeadsChanged,

    /// <summary>A lead was put on legal hold, or taken off.</summary>
    LegalHold,

    /// <summary>Leads were erased for good.</summary>
    Erased,

    /// <summary>Old lines of this log were removed.</summary>
    AuditTrimmed,
}

/// <summary>The names of <see cref="AuditKind"/> for people.</summary>
internal static class AuditKindNames
{
    /// <summary>As a filter says it.</summary>
    public static string ToLabel(this AuditKind kind) =>
        kind switch
        {
            AuditKind.SignedIn => "Sign-ins",
            AuditKind.SignInFailed => "Refused sign-ins",
            AuditKind.AccessRefused => "Refused access",
            AuditKind.UserChanged => "Users",
            AuditKind.CredentialsChanged => "Passwords and second factors",
            AuditKind.SettingsChanged => "Settings",
            AuditKind.TemplateChanged => "Templates",
            AuditKind.ScheduleChanged => "Schedule",
            AuditKind.QueueSettled => "Queues",
            AuditKind.Exported => "Exports",
            AuditKind.Imported => "Imports",
            AuditKind.BulkMailing => "Bulk email",
            AuditKind.BackupMade => "Backups",
            AuditKind.TokenCreated => "New tokens",
            AuditKind.TokenRevoked => "Revoked tokens",
            AuditKind.DataRead => "Data read",
            AuditKind.SamplesChanged => "Sample data",
            AuditKind.LeadsChanged => "Leads",
            AuditKind.LegalHold => "Legal holds",
            AuditKind.Erased => "Erasures",
            AuditKind.AuditTrimmed => "Retention of this log",
            _ => kind.ToString(),
        };
}

/// <summary>A line of the audit log: who did what when. Never changed; never holds a secret.</summary>
public sealed class AuditEntry
{
    /// <summary>UUIDv7: the order of the log.</summary>
    public required Guid Id { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The user; null for Anteroom itself and for strangers.</summary>
    public Guid? ActorId { get; init; }

    /// <summary>The name, as it was then.</summary>
    public required string Actor { get; init; }

    /// <summary>Where the request came from; null when there was none.</summary>
    public string? Address { get; init; }

    /// <summary>What kind of thing it was.</summary>
    public required AuditKind Kind { get; init; }

    /// <summary>What it was about, for programs: <c>user:3</c>.</summary>
    public string? Subject { get; init; }

    /// <summary>What was done, a sentence that follows the actor.</summary>
    public required string Summary { get; init; }

    /// <summary>JSON: what was changed, <c>before</c> and <c>after</c>; null when the summary says it all.</summary>
    public string? Details { get; init; }
}

internal sealed class AuditConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> entry)
    {
        entry.ToTable("audit");
        entry.Property(x => x.Actor).HasMaxLength(201);
        entry.Property(x => x.Address).HasMaxLength(60);
        entry.Property(x => x.Details).HasColumnType("jsonb");
        entry.HasIndex(x => new { x.Kind, x.Id });
        entry.HasIndex(x => new { x.ActorId, x.Id });
        entry.HasIndex(x => x.Summary).HasMethod("gin").HasOperators("gin_trgm_ops");
    }
}
