using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Live;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>What became of a note.</summary>
public abstract record AddNoteResult
{
    private AddNoteResult() { }

    /// <summary>It is in the timeline.</summary>
    public sealed record Added(Activity Note) : AddNoteResult;

    /// <summary>Field <c>text</c>.</summary>
    public sealed record Invalid(FieldErrors Errors) : AddNoteResult;

    /// <summary>There is no such lead, or the user may not see it.</summary>
    public sealed record NotFound : AddNoteResult;
}

/// <summary>Writes a note of a user into a lead's timeline.</summary>
public sealed class AddNote(AnteroomDb db, LeadsInSight inSight, Changes changes, TimeProvider time)
{
    /// <summary>The kind of <see cref="Activity"/> that a note is; its summary is the text.</summary>
    public const string Kind = "note";

    /// <summary>Adds the note.</summary>
    public async Task<AddNoteResult> RunAsync(Guid leadId, string? text, CurrentUser by, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        if (!FreeText.TryParse(text, "note", FreeText.MaxLength, out var clean, out var problem))
            errors.Add("text", problem);
        else if (clean is null)
            errors.Add("text", "Please write something.");
        if (!errors.IsEmpty)
            return new AddNoteResult.Invalid(errors);
        var number = await inSight
            .Of(by)
            .Where(lead => lead.Id == leadId)
            .Select(lead => (long?)lead.Number)
            .SingleOrDefaultAsync(cancellation);
        if (number is null)
            return new AddNoteResult.NotFound();

        var now = Sql.Instant(time.GetUtcNow());
        var note = new Activity
        {
            Id = Guid.CreateVersion7(now),
            LeadId = leadId,
            Kind = Kind,
            ActorId = by.Id,
            Actor = by.FullName,
            Summary = clean!,
            At = now,
        };
        db.Activities.Add(note);
        await db.SaveChangesAsync(cancellation);
        changes.Tell(number.Value);
        return new AddNoteResult.Added(note);
    }
}
