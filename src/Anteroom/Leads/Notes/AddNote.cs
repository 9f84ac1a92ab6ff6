using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>A note that is in the timeline.</summary>
/// <param name="Note">The line.</param>
/// <param name="Mentioned">How many users it mentions, who get an email.</param>
public sealed record AddedNote(Activity Note, int Mentioned);

/// <summary>
/// Adds a user's note to a lead's timeline. Users that it mentions (<c>@maria</c>) get an email, committed with it, if they may see the
/// lead: each once, and never the writer.
/// </summary>
public sealed class AddNote(
    AnteroomDb db,
    LeadsInSight inSight,
    EmailWriter emails,
    NoticeChoices choices,
    WorkSignal signal,
    Changes changes,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>The kind of <see cref="Activity"/> that a note is; its summary is the text.</summary>
    public const string Kind = "note";

    /// <summary>Adds the note. The field that can be wrong: <c>text</c>.</summary>
    public async Task<Outcome<AddedNote>> RunAsync(
        Guid leadId,
        string? text,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        if (!FreeText.TryParse(text, "note", FreeText.MaxLength, out var clean, out var problem))
            errors.Add("text", problem);
        else if (clean is null)
            errors.Add("text", "Please write something.");
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);
        var names = Mentions.In(clean!);
        var visible = inSight.Of(by).AsNoTracking().Where(lead => lead.Id == leadId);
        // Read only when somebody is mentioned.
        var lead =
            names.Count > 0 ? await visible.Include(lead => lead.Resume).SingleOrDefaultAsync(cancellation) : null;
        var number =
            lead?.Number ?? await visible.Select(lead => (long?)lead.Number).SingleOrDefaultAsync(cancellation);
        if (number is null)
            return new Refusal.NotFound();

        var now = Sql.Instant(time.GetUtcNow());
        var note = db.Record(Actor.Of(by), leadId, Kind, clean!, now, isSearched: true);
        var named = lead is null ? [] : await NamedAsync(lead, names, by, cancellation);
        try
        {
            await using var transaction =
                named.Count > 0 ? await db.Database.BeginTransactionAsync(cancellation) : null;
            await db.SaveChangesAsync(cancellation);
            if (transaction is not null)
            {
                await TellAsync(lead!, note, named, by, cancellation);
                await transaction.CommitAsync(cancellation);
            }
        }
        catch (DbUpdateException error) when (error.IsLeadGone())
        {
            // Just erased or merged.
            db.ChangeTracker.Clear();
            return new Refusal.NotFound();
        }

        if (named.Count > 0)
            signal.Poke(WorkSignal.Emails);
        changes.Publish(number.Value);
        return new AddedNote(note, named.Count);
    }

    /// <summary>The users that it mentions and that may see the lead.</summary>
    private async Task<List<User>> NamedAsync(
        Lead lead,
        IReadOnlyList<string> names,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var named = await db
            .Users.AsNoTracking()
            .Where(user =>
                user.Active && user.Email != null && user.Id != by.Id && names.Contains(user.NormalizedUserName!)
            )
            .OrderBy(user => user.Number)
            .Take(Mentions.Most)
            .ToListAsync(cancellation);
        return [.. named.Where(user => inSight.MaySee(user, lead))];
    }

    private async Task TellAsync(
        Lead lead,
        Activity note,
        List<User> named,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        await using var batch = db.Batch();
        batch.Tell([
            .. named.Select(user => new NewNotice(
                NoticeKind.Mention,
                user.Id,
                lead.Id,
                user.In(() => T["{0} mentioned you in a note about {1}", by.FullName, lead.FullName]),
                note.At
            )),
        ]);
        batch.Queue([
            .. named
                .Where(user => choices.WantsEmail(user.Id, NoticeKind.Mention))
                .Select(user => emails.Write(EmailKind.Mention, user.Mailbox(), Values(user), note.At, lead.Id)),
        ]);
        await batch.ExecuteNonQueryAsync(cancellation);

        Dictionary<string, object?> Values(User user)
        {
            var values = lead.MergeFields(firm.Value, user.Mailbox());
            values["by"] = by.FullName;
            values["note"] = note.Summary;
            return values;
        }
    }
}
