using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Renames, describes and removes files that people of the firm added. What a prospect sent is left as it is.</summary>
public sealed class ChangeFiles(
    AnteroomDb db,
    LeadsInSight inSight,
    ReadFiles files,
    IResumeStore store,
    AuditLog audit,
    Changes changes,
    TimeProvider time
)
{
    /// <summary>
    /// Gives a file a name, a note, or both; null leaves it, and an empty note takes it away. The fields that can be wrong: <c>file_name</c>,
    /// <c>note</c>.
    /// </summary>
    public async Task<Outcome<LeadFile>> ChangeAsync(
        Guid leadId,
        Guid id,
        string? name,
        string? note,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await HoldAsync(leadId, id, by, cancellation) is not ({ } number, { File: var file } found))
            return new Refusal.NotFound();
        var errors = new FieldErrors();
        var (newName, newNote) = (file.FileName, file.Note);
        if (name is not null)
        {
            if (!OneLine.TryParse(name, "name", ResumeFileName.MaxLength, out var line, out var problem))
                errors.Add("file_name", problem);
            else
                newName = ResumeFileName.Clean(line);
        }

        if (note is not null && !FreeText.TryParse(note, "note", FileNote.MaxLength, out newNote, out var wrong))
            errors.Add("note", wrong);
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);
        if (newName == file.FileName && newNote == file.Note)
            return found;

        await using (var batch = ((NpgsqlConnection)db.Database.GetDbConnection()).CreateBatch())
        {
            batch.ChangeFile(id, newName, newNote);
            var summary =
                newName != file.FileName
                    ? $"renamed the file “{file.FileName}” to “{newName}”"
                    : $"changed the note on the file “{newName}”";
            batch.Record([new NewLine(leadId, "file_changed", Actor.Of(by), summary, Sql.Instant(time.GetUtcNow()))]);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        var changed = await files.FindAsync(leadId, id, by, cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Publish(number);
        return changed!;
    }

    /// <summary>Removes a file for good, with its text and what it is found by.</summary>
    public async Task<Refusal?> RemoveAsync(Guid leadId, Guid id, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await HoldAsync(leadId, id, by, cancellation) is not ({ } number, { File: var file }))
            return new Refusal.NotFound();
        if (await db.LegalHolds.AnyAsync(hold => hold.LeadId == leadId, cancellation))
            return new LeadRefusal.OnHold();
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        var keys = await FileRows.KeysAsync(connection, id, cancellation);
        await using (var batch = connection.CreateBatch())
        {
            batch.RemoveFile(id);
            batch.Forget([id]);
            batch.Record([
                new NewLine(
                    leadId,
                    "file_removed",
                    Actor.Of(by),
                    $"removed the file “{file.FileName}”",
                    Sql.Instant(time.GetUtcNow())
                ),
            ]);
            audit.Write(
                batch,
                AuditKind.LeadsChanged,
                string.Create(CultureInfo.InvariantCulture, $"removed the file “{file.FileName}” from lead {number}"),
                string.Create(CultureInfo.InvariantCulture, $"lead:{number}"),
                by: by
            );
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        changes.Publish(number);
        try
        {
            foreach (var key in keys)
                await store.DeleteAsync(key, CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // It is removed for everybody who looks; RemoveOrphans finds what is left on the disk.
        }

        return null;
    }

    // Of two users at once, the second waits here, and sees what the first has left. Merging moves files, and waits as well.
    private async Task<(long? Number, LeadFile? File)> HoldAsync(
        Guid leadId,
        Guid id,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        await db.Database.ExecuteSqlAsync($"select from leads where id = {leadId} for no key update", cancellation);
        var number = await inSight
            .Of(by)
            .Where(lead => lead.Id == leadId)
            .Select(lead => (long?)lead.Number)
            .SingleOrDefaultAsync(cancellation);
        return (number, number is null ? null : await files.FindAsync(leadId, id, by, cancellation));
    }
}
