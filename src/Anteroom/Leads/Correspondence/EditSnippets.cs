using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A snippet as typed.</summary>
public sealed record SnippetForm(string? Name, string? Subject, string? Text);

/// <summary>A snippet with who wrote it.</summary>
public sealed record SnippetRow(Snippet Snippet, string? ChangedByName);

/// <summary>Manages the snippets that emails to prospects begin with.</summary>
public sealed class EditSnippets(AnteroomDb db, TimeProvider time)
{
    /// <summary>The most snippets there can be.</summary>
    public const int Most = 200;

    /// <summary>All snippets, by name.</summary>
    public async Task<IReadOnlyList<SnippetRow>> ListAsync(CancellationToken cancellation) =>
        await Rows(db.Snippets.OrderBy(snippet => snippet.Name)).ToListAsync(cancellation);

    /// <summary>One; null when there is none of that id.</summary>
    public Task<SnippetRow?> FindAsync(Guid id, CancellationToken cancellation) =>
        Rows(db.Snippets.Where(snippet => snippet.Id == id)).SingleOrDefaultAsync(cancellation);

    /// <summary>Keeps a snippet. Fields that can be wrong: <c>name</c>, <c>subject</c>, <c>text</c>.</summary>
    /// <param name="id">Which; null for a new one.</param>
    /// <param name="form">What it should be.</param>
    /// <param name="version">The ticks of <see cref="Snippet.ChangedAt"/> that the writer began with; null to not compare.</param>
    /// <param name="by">Who writes.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<Refusal?> SaveAsync(
        Guid? id,
        SnippetForm form,
        long? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        if (!OneLine.TryParse(form.Name, "name", Snippet.LongestName, out var name, out var problem))
            errors.Add("name", problem);
        var source = TemplateSource.Clean(form.Subject, form.Text, "");
        foreach (var wrong in Check(source))
            errors.Add(wrong.Part == TemplatePart.Subject ? "subject" : "text", wrong.ToSentence());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // One save at a time, because names and the number of texts are checked. Nodes of the previous version lock the same word.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('replies'))", cancellation);
        var kept = id is null
            ? null
            : await db.Snippets.SingleOrDefaultAsync(snippet => snippet.Id == id, cancellation);
        if (id is not null && kept is null)
            return new Refusal.NotFound();
        if (kept is not null && version is not null && version != kept.ChangedAt.UtcTicks)
            return new Refusal.ChangedMeanwhile<SnippetRow>((await FindAsync(kept.Id, cancellation))!);
        if (name is not null && await db.Snippets.AnyAsync(other => other.Name == name && other.Id != id, cancellation))
            errors.Add("name", "There is a text of that name already. Please choose another name.");
        if (kept is null && await db.Snippets.CountAsync(cancellation) >= Most)
            errors.Add("name", $"There are {Most} texts already. Please remove one first.");
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);

        var now = Sql.Instant(time.GetUtcNow());
        if (kept is null)
        {
            kept = new Snippet
            {
                Id = Guid.CreateVersion7(now),
                Name = name!,
                Subject = source.Subject,
                Text = source.Text,
                ChangedAt = now,
            };
            db.Snippets.Add(kept);
        }

        (kept.Name, kept.Subject, kept.Text) = (name!, source.Subject, source.Text);
        (kept.ChangedBy, kept.ChangedAt) = (by.Id, now);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>Removes a text; emails that began with it stay.</summary>
    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellation) =>
        await db.Snippets.Where(snippet => snippet.Id == id).ExecuteDeleteAsync(cancellation) > 0;

    /// <summary>All problems of a text, reported on its plain part only, because the HTML part is made from it.</summary>
    public static IReadOnlyList<TemplateProblem> Check(TemplateSource source) =>
        [
            .. TemplateCheck
                .Check(source with { Html = PlainTextHtml.Of(source.Text) }, EmailKind.Personal.Facts())
                .Where(problem => problem.Part != TemplatePart.Html),
        ];

    private IQueryable<SnippetRow> Rows(IQueryable<Snippet> snippets) =>
        snippets
            .AsNoTracking()
            .Select(snippet => new SnippetRow(
                snippet,
                db.Set<User>()
                    .Where(user => user.Id == snippet.ChangedBy)
                    .Select(user => user.FullName)
                    .FirstOrDefault()
            ));
}
