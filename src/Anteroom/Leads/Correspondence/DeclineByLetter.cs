using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Resumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>A letter of declining as its form has it.</summary>
/// <param name="Reason">One of the firm's.</param>
/// <param name="Note">Beside it, or in its place.</param>
/// <param name="Subject">The letter's.</param>
/// <param name="Text">What it says.</param>
public sealed record DeclineForm(string? Reason, string? Note, string? Subject, string? Text);

/// <summary>The form before anybody has typed.</summary>
/// <param name="Lead">Whom it is to.</param>
/// <param name="OptedOut">They want no more automatic email, so the letter goes on paper only.</param>
/// <param name="Snippets">The texts to begin with.</param>
/// <param name="Snippet">The one that it begins with; null when there are none.</param>
/// <param name="Letter">That text, filled in; null without one.</param>
public sealed record DeclineDraft(
    Lead Lead,
    bool OptedOut,
    IReadOnlyList<SnippetLine> Snippets,
    Guid? Snippet,
    Letter? Letter
);

/// <summary>
/// Declines a lead and writes to the prospect in the same transaction: an email in the writer's name, or a letter on paper. A PDF of it, as
/// it was sent or printed, is kept among the lead's files, and the timeline names it with its SHA-256.
/// </summary>
public sealed class DeclineByLetter(
    AnteroomDb db,
    LeadsInSight inSight,
    ChangeLeads change,
    Letters letters,
    AddFile files,
    IResumeStore store,
    WorkSignal signal,
    IOptions<FirmOptions> firm,
    IOptions<ResumeOptions> resumes,
    TimeProvider time
)
{
    /// <summary>The form; null when there is no such lead.</summary>
    /// <param name="number">Which.</param>
    /// <param name="snippet">What to begin with; null for the text that comes with the product, in the prospect's language.</param>
    /// <param name="by">Who writes.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<DeclineDraft?> BeginAsync(
        long number,
        Guid? snippet,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        if (
            await inSight
                .Of(by)
                .AsNoTracking()
                .Include(lead => lead.Resume)
                .SingleOrDefaultAsync(lead => lead.Number == number, cancellation)
            is not { } lead
        )
            return null;
        var texts = await db.Snippets.AsNoTracking().OrderBy(text => text.Name).ToListAsync(cancellation);
        var chosen =
            texts.Find(text => text.Id == snippet)
            ?? texts.Find(text => text.Id == Snippet.Declines(lead.Language))
            ?? texts.Find(text => text.Id == Snippet.Declines(Language.En))
            ?? texts.FirstOrDefault();
        return new DeclineDraft(
            lead,
            await IsOutAsync(lead, cancellation),
            [.. texts.Select(text => new SnippetLine(text.Id, text.Name))],
            chosen?.Id,
            chosen is null ? null : letters.Fill(chosen, lead, await AddressAsync(by, cancellation), by)
        );
    }

    /// <summary>
    /// Declines and writes. Fields that can be wrong: <c>decline_reason</c>, <c>reason</c>, <c>subject</c>, <c>text</c>.
    /// </summary>
    /// <param name="number">Which lead.</param>
    /// <param name="seen">What the writer saw of it.</param>
    /// <param name="form">The form.</param>
    /// <param name="onPaper">A letter to print instead of an email.</param>
    /// <param name="by">Who writes.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<Outcome<LeadNow>> RunAsync(
        long number,
        SeenLead? seen,
        DeclineForm form,
        bool onPaper,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        if (WriteToProspect.Read(form.Subject, form.Text, out var errors) is not { } letter)
            return new Refusal.Invalid(errors);
        if (
            await inSight.Of(by).AsNoTracking().SingleOrDefaultAsync(lead => lead.Number == number, cancellation)
            is not { } lead
        )
            return new Refusal.NotFound();
        if (!onPaper && !lead.HasEmail)
            errors.Add("text", "They have given no email address. Print the letter instead.");
        else if (!onPaper && await IsOutAsync(lead, cancellation))
            errors.Add("text", "They have opted out of email from the firm. Print the letter instead.");
        var address = await AddressAsync(by, cancellation);
        var paper = OnPaper(letter, lead, address, by);
        if (LetterPdf.Unprintable(paper) is { Length: > 0 } unprintable)
            errors.Add("text", $"The PDF has no characters for {unprintable}. Please write them in another way.");
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);

        using var content = new MemoryStream(LetterPdf.Write(paper));
        await using var staged = await store.StageAsync(
            content,
            string.Create(CultureInfo.InvariantCulture, $"Letter to {lead.FullName}, {Today:yyyy-MM-dd}.pdf"),
            resumes.Value.MaxBytes,
            cancellation
        );
        if (staged.Type is null)
            throw new InvalidOperationException($"The letter is no PDF: {staged.Problem}");
        string? key = null;
        Resume? kept = null;
        var (now, refusal) = await change.OneAsync(
            LeadSelection.One(number, seen),
            LeadChange.MoveTo(LeadStatus.Declined, form.Note, form.Reason) with
            {
                Letter = async (batch, held, at) =>
                {
                    // Once, however often the transaction has to begin again.
                    key ??= await store.KeepAsync(staged, cancellation);
                    var way = onPaper ? "for printing" : $"by email to {held.Email}";
                    var hash = Convert.ToHexStringLower(staged.Sha256);
                    kept = files.Row(staged, key, held.Id, $"Letter {way}, SHA-256 {hash}", by, at);
                    if (!onPaper)
                        batch.Queue(letters.Write(letter, held, address, by, at));
                    files.Add(batch, kept, by, $"wrote the letter “{kept.FileName}” {way} (SHA-256 {hash})");
                },
            },
            by,
            cancellation
        );
        if (refusal is not null)
            return refusal;
        if (kept is not null)
        {
            files.Poke(kept);
            signal.Poke(WorkSignal.Emails);
        }

        return now!;
    }

    private DateTimeOffset Today => TimeZoneInfo.ConvertTime(time.GetUtcNow(), firm.Value.Zone);

    private PaperLetter OnPaper(Letter letter, Lead lead, string? address, CurrentUser by) =>
        new(
            firm.Value.Name,
            [.. new[] { by.FullName, address }.OfType<string>()],
            [lead.FullName, .. lead.HasEmail ? [lead.Email] : Array.Empty<string>()],
            Today.ToString(
                lead.Language == Language.Es ? "d 'de' MMMM 'de' yyyy" : "MMMM d, yyyy",
                lead.Language.Culture()
            ),
            letter,
            firm.Value.Region is "US" or "CA" or "MX"
        );

    private Task<bool> IsOutAsync(Lead lead, CancellationToken cancellation)
    {
        var address = lead.Email.ToLowerInvariant();
        return db.Set<OptOut>().AnyAsync(optOut => optOut.Address == address, cancellation);
    }

    private Task<string?> AddressAsync(CurrentUser by, CancellationToken cancellation) =>
        db.Users.Where(user => user.Id == by.Id).Select(user => user.Email).SingleOrDefaultAsync(cancellation);
}
