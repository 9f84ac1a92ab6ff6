using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Mail;

/// <summary>The source of an email: Handlebars with merge fields.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">The plain part.</param>
/// <param name="Html">What stands inside of the layout in the HTML part.</param>
public sealed record TemplateSource(string Subject, string Text, string Html)
{
    /// <summary>As stored: trimmed, lines separated by LF.</summary>
    public static TemplateSource Clean(string? subject, string? text, string? html) =>
        new(Clean(subject), Clean(text), Clean(html));

    // The database keeps no zero characters.
    private static string Clean(string? part) =>
        (part ?? "").Replace("\0", "", StringComparison.Ordinal).ReplaceLineEndings("\n").Trim();
}

/// <summary>The firm's own text of a kind of email. Without a row, the built-in text is used.</summary>
public sealed class MailTemplate
{
    /// <summary>The text it replaces (<see cref="MailKindFacts.Name"/>); a later version may know some that this one does not.</summary>
    public required string Kind { get; init; }

    /// <summary>One line.</summary>
    public required string Subject { get; set; }

    /// <summary>The plain part.</summary>
    public required string Text { get; set; }

    /// <summary>The inside of the layout.</summary>
    public required string Html { get; set; }

    /// <summary>Who wrote it.</summary>
    public required Guid ChangedBy { get; set; }

    /// <summary>When it last changed, UTC; also its version.</summary>
    public required DateTimeOffset ChangedAt { get; set; }

    /// <summary>Why it failed for an email, which then used the built-in text; null when it never failed.</summary>
    public string? Failure { get; set; }

    /// <summary>When it failed last, UTC.</summary>
    public DateTimeOffset? FailedAt { get; set; }

    /// <summary>The text itself.</summary>
    public TemplateSource Source => new(Subject, Text, Html);
}

/// <summary>A draft by an administrator, one per kind.</summary>
public sealed class MailTemplateDraft
{
    /// <summary>Who writes.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The text it may become (<see cref="MailKindFacts.Name"/>).</summary>
    public required string Kind { get; init; }

    /// <summary>The subject.</summary>
    public required string Subject { get; init; }

    /// <summary>The plain part.</summary>
    public required string Text { get; init; }

    /// <summary>The inside of the layout.</summary>
    public required string Html { get; init; }

    /// <summary>When it was last sent for a preview, UTC.</summary>
    public required DateTimeOffset WrittenAt { get; init; }
}

internal sealed class MailTemplateConfiguration
    : IEntityTypeConfiguration<MailTemplate>,
        IEntityTypeConfiguration<MailTemplateDraft>
{
    public void Configure(EntityTypeBuilder<MailTemplate> template)
    {
        template.ToTable("mail_templates");
        template.HasKey(x => x.Kind);
        template.Ignore(x => x.Source);
    }

    public void Configure(EntityTypeBuilder<MailTemplateDraft> draft)
    {
        draft.ToTable("mail_template_drafts");
        draft.HasKey(x => new { x.UserId, x.Kind });
    }
}
