using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>A kind of email with the text that is in use.</summary>
/// <param name="Facts">The kind.</param>
/// <param name="Own">The firm's own text; null when the product's own counts.</param>
/// <param name="ChangedBy">Who wrote <paramref name="Own"/>.</param>
/// <param name="Problem">Why <paramref name="Own"/> is not in use; null when it is.</param>
public sealed record TemplateState(MailKindFacts Facts, MailTemplate? Own, string? ChangedBy, Sentence? Problem)
{
    /// <summary>What an editor shows first.</summary>
    public TemplateSource Source => Own?.Source ?? BuiltInTemplates.Of(Facts);

    /// <summary>Tells this version from others.</summary>
    public long Version => Own?.ChangedAt.UtcTicks ?? 0;
}

/// <summary>What became of a text that was to be kept.</summary>
public abstract record SaveTemplateResult
{
    private SaveTemplateResult() { }

    /// <summary>It is in use on every node.</summary>
    public sealed record Saved : SaveTemplateResult;

    /// <summary>Nothing was kept.</summary>
    public sealed record Broken(IReadOnlyList<TemplateProblem> Problems) : SaveTemplateResult;

    /// <summary>Nothing was kept: somebody has changed the text since the writer opened it.</summary>
    public sealed record ChangedMeanwhile(string? ByName) : SaveTemplateResult;
}

/// <summary>What administrators do with the texts of emails.</summary>
public sealed class EditTemplate(
    AnteroomDb db,
    OwnTemplates own,
    MailTemplates templates,
    WorkSignal signal,
    IOptions<FirmOptions> firm,
    IOptions<MailOptions> mail,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Every kind that has a text.</summary>
    public async Task<IReadOnlyList<TemplateState>> ListAsync(CancellationToken cancellation)
    {
        var rows = await ReadAsync(db.MailTemplates, cancellation);
        return
        [
            .. MailKinds.Templates.Select(facts => State(facts, rows.Find(row => row.Template.Kind == facts.Name))),
        ];
    }

    /// <summary>One kind.</summary>
    public async Task<TemplateState> FindAsync(MailKindFacts facts, CancellationToken cancellation)
    {
        var kind = facts.Name;
        var rows = await ReadAsync(db.MailTemplates.Where(template => template.Kind == kind), cancellation);
        return State(facts, rows is [var row] ? row : null);
    }

    /// <summary>Keeps a text; from now on it is in use. The product's own text, unchanged, is not kept but comes back.</summary>
    /// <param name="facts">The kind.</param>
    /// <param name="source">The text.</param>
    /// <param name="version">The <see cref="TemplateState.Version"/> that the writer began with; null to not compare.</param>
    /// <param name="by">Who writes.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<SaveTemplateResult> SaveAsync(
        MailKindFacts facts,
        TemplateSource source,
        long? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        if (TemplateCheck.Check(source, facts) is { Count: > 0 } problems)
            return new SaveTemplateResult.Broken(problems);
        if (source == BuiltInTemplates.Of(facts))
            return await ResetAsync(facts, version, by, cancellation);

        var kind = facts.Name;
        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await MeanwhileAsync(kind, version, cancellation) is { } meanwhile)
            return meanwhile;
        var before = await InUseAsync(facts, cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into mail_templates (kind, subject, text, html, changed_by, changed_at)
            values ({kind}, {source.Subject}, {source.Text}, {source.Html}, {by.Id}, {now})
            on conflict (kind) do update set subject = excluded.subject, text = excluded.text, html = excluded.html,
                changed_by = excluded.changed_by, changed_at = excluded.changed_at, failure = null, failed_at = null
            """,
            cancellation
        );
        await ForgetDraftAsync(kind, by, cancellation);
        await WriteDownAsync(facts, "changed the text of", before, source, by, cancellation);
        await transaction.CommitAsync(cancellation);
        await AnnounceAsync(cancellation);
        return new SaveTemplateResult.Saved();
    }

    /// <summary>Goes back to the product's own text.</summary>
    public Task<SaveTemplateResult> ResetAsync(MailKindFacts facts, CurrentUser by, CancellationToken cancellation) =>
        ResetAsync(facts, version: null, by, cancellation);

    private async Task<SaveTemplateResult> ResetAsync(
        MailKindFacts facts,
        long? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var kind = facts.Name;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await MeanwhileAsync(kind, version, cancellation) is { } meanwhile)
            return meanwhile;
        var before = await InUseAsync(facts, cancellation);
        await db.MailTemplates.Where(template => template.Kind == kind).ExecuteDeleteAsync(cancellation);
        await ForgetDraftAsync(kind, by, cancellation);
        var original = BuiltInTemplates.Of(facts);
        if (before != original)
            await WriteDownAsync(facts, "went back to the original text of", before, original, by, cancellation);
        await transaction.CommitAsync(cancellation);
        await AnnounceAsync(cancellation);
        return new SaveTemplateResult.Saved();
    }

    /// <summary>Keeps the draft, so that its preview can be requested.</summary>
    public Task KeepDraftAsync(
        MailKindFacts facts,
        TemplateSource source,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var kind = facts.Name;
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into mail_template_drafts (user_id, kind, subject, text, html, written_at)
            values ({by.Id}, {kind}, {source.Subject}, {source.Text}, {source.Html}, {Sql.Instant(time.GetUtcNow())})
            on conflict (user_id, kind) do update set subject = excluded.subject, text = excluded.text,
                html = excluded.html, written_at = excluded.written_at
            """,
            cancellation
        );
    }

    /// <summary>What <see cref="KeepDraftAsync"/> kept; null when there is nothing.</summary>
    public async Task<TemplateSource?> FindDraftAsync(
        MailKindFacts facts,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var kind = facts.Name;
        var draft = await db
            .MailTemplateDrafts.AsNoTracking()
            .SingleOrDefaultAsync(draft => draft.UserId == by.Id && draft.Kind == kind, cancellation);
        return draft is null ? null : new TemplateSource(draft.Subject, draft.Text, draft.Html);
    }

    /// <summary>Fills a text in with the values of a lead, or with examples when there is none of that number.</summary>
    /// <returns>The email, or what is wrong; and the lead that was used.</returns>
    public Task<(MailText? Mail, IReadOnlyList<TemplateProblem> Problems, Lead? Lead)> PreviewAsync(
        MailKindFacts facts,
        TemplateSource source,
        long? number,
        CancellationToken cancellation
    ) => FillInAsync(facts, source, number, to: null, cancellation);

    private async Task<(MailText? Mail, IReadOnlyList<TemplateProblem> Problems, Lead? Lead)> FillInAsync(
        MailKindFacts facts,
        TemplateSource source,
        long? number,
        string? to,
        CancellationToken cancellation
    )
    {
        var lead = facts.AboutLead
            ? await db
                .Leads.AsNoTracking()
                .Include(lead => lead.Resume)
                .Where(lead => number == null || lead.Number == number)
                .OrderByDescending(lead => lead.Number)
                .FirstOrDefaultAsync(cancellation)
            : null;
        var problems = TemplateCheck.Check(source, facts, out var compiled);
        if (compiled is null)
            return (null, problems, lead);

        var values = new Dictionary<string, object?>(facts.Examples(), StringComparer.Ordinal)
        {
            ["firm"] = firm.Value.Name,
        };
        if (firm.Value.Questions.Count == 0)
            values["answers"] = null;
        if (lead is not null)
            foreach (
                var (name, value) in facts.Audience == MailAudience.Prospect
                    ? lead.MergeFieldsForProspect(firm.Value, facts.Language)
                    : lead.MergeFields(firm.Value, facts.Language)
            )
                values[name] = value;
        if (lead?.AssignedTo is { } owner && await db.Users.FindAsync([owner], cancellation) is { } attorney)
            (values["attorney"], values["attorney_email"]) = (attorney.FullName, attorney.Email);
        try
        {
            return (templates.Render(facts, compiled, values, to), [], lead);
        }
        catch (InvalidOperationException error)
        {
            return (null, [new(TemplatePart.Text, null, error.Message)], lead);
        }
    }

    /// <summary>Sends a text to the writer, through the outbox as any other email.</summary>
    /// <returns>The address; null when the text is broken and nothing was sent.</returns>
    public async Task<string?> SendTestAsync(
        MailKindFacts facts,
        TemplateSource source,
        long? number,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var to = await db
            .Users.Where(user => user.Id == by.Id && user.Email != null)
            .Select(user => user.Email)
            .SingleAsync(cancellation);
        if (await FillInAsync(facts, source, number, to, cancellation) is not { Mail: { } text })
            return null;
        var now = Sql.Instant(time.GetUtcNow());
        var id = Guid.CreateVersion7(now);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.QueueAsync(
            new Email
            {
                Id = id,
                Kind = facts.Kind,
                ToAddress = to!,
                ToName = by.FullName,
                Subject = $"[Test] {text.Subject}",
                Text = text.Text,
                Html = text.Html,
                MessageId = $"{id:N}@{mail.Value.Domain}",
                NextAttemptAt = now,
                CreatedAt = now,
            },
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        return to;
    }

    private async Task<SaveTemplateResult.ChangedMeanwhile?> MeanwhileAsync(
        string kind,
        long? version,
        CancellationToken cancellation
    )
    {
        // Two who save at once: the second waits here and then sees the first one's row.
        await db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtext('mail_templates'), hashtext({kind}))",
            cancellation
        );
        if (version is null)
            return null;
        var now = await ReadAsync(db.MailTemplates.Where(template => template.Kind == kind), cancellation);
        return (now is [var row] ? row.Template.ChangedAt.UtcTicks : 0) == version
            ? null
            : new(now is [var changed] ? changed.ByName : null);
    }

    private Task<int> ForgetDraftAsync(string kind, CurrentUser by, CancellationToken cancellation) =>
        db
            .MailTemplateDrafts.Where(draft => draft.UserId == by.Id && draft.Kind == kind)
            .ExecuteDeleteAsync(cancellation);

    private async Task<TemplateSource> InUseAsync(MailKindFacts facts, CancellationToken cancellation)
    {
        var kind = facts.Name;
        return (await ReadAsync(db.MailTemplates.Where(template => template.Kind == kind), cancellation)) is [var row]
            ? row.Template.Source
            : BuiltInTemplates.Of(facts);
    }

    private async Task WriteDownAsync(
        MailKindFacts facts,
        string what,
        TemplateSource before,
        TemplateSource after,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        audit.Write(
            db,
            AuditKind.TemplateChanged,
            $"{what} the email “{facts.Label}”",
            $"template:{facts.Name}",
            Parts(before),
            Parts(after),
            by
        );
        await db.SaveChangesAsync(cancellation);

        static Dictionary<string, string?> Parts(TemplateSource source) =>
            new(StringComparer.Ordinal)
            {
                ["subject"] = source.Subject,
                ["text"] = source.Text,
                ["html"] = source.Html,
            };
    }

    private async Task AnnounceAsync(CancellationToken cancellation)
    {
        await own.RefreshAsync(cancellation);
        signal.Poke(WorkSignal.Templates);
    }

    private sealed record Row(MailTemplate Template, string? ByName);

    private Task<List<Row>> ReadAsync(IQueryable<MailTemplate> templates, CancellationToken cancellation) =>
        templates
            .AsNoTracking()
            .Select(template => new Row(
                template,
                db.Set<User>()
                    .Where(user => user.Id == template.ChangedBy)
                    .Select(user => user.FullName)
                    .FirstOrDefault()
            ))
            .ToListAsync(cancellation);

    private static TemplateState State(MailKindFacts facts, Row? row) =>
        new(
            facts,
            row?.Template,
            row?.ByName,
            row is null ? null
                : TemplateCheck.Check(row.Template.Source, facts) is [var problem, ..] ? problem.ToSentence()
                : row.Template.Failure
        );
}
