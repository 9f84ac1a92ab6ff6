using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Adds a file to a lead, beside the resume that came with it: received, inspected and made durable like a resume, then one transaction
/// with its row, the work to scan and read it, and a line in the timeline.
/// </summary>
public sealed class AddFile(
    AnteroomDb db,
    LeadsInSight inSight,
    IResumeStore store,
    WorkSignal signal,
    Changes changes,
    IOptions<ResumeOptions> resumes,
    IOptions<ScannerOptions> scanner,
    IOptions<ReadingOptions> reading,
    CopiesWanted copies,
    TimeProvider time
)
{
    /// <summary>A lead has no more added files than these.</summary>
    public const int MostOnLead = 50;

    /// <summary>Adds the file. The fields that can be wrong: <c>file</c>, <c>note</c>.</summary>
    public async Task<Outcome<LeadFile>> RunAsync(
        Guid leadId,
        Stream content,
        string? fileName,
        string? note,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        if (!await inSight.Of(by).AnyAsync(lead => lead.Id == leadId, cancellation))
            return new Refusal.NotFound();
        await using var staged = await store.StageAsync(content, fileName, resumes.Value.MaxBytes, cancellation);
        var errors = new FieldErrors();
        if (WhyNot(staged) is { } wrong)
            errors.Add("file", wrong);
        if (!FreeText.TryParse(note, "note", FileNote.MaxLength, out var cleanNote, out var problem))
            errors.Add("note", problem);
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Held, so that it is neither erased nor merged meanwhile, and nobody else adds one too many.
        await db.Database.ExecuteSqlAsync($"select from leads where id = {leadId} for no key update", cancellation);
        var number = await inSight
            .Of(by)
            .Where(lead => lead.Id == leadId)
            .Select(lead => (long?)lead.Number)
            .SingleOrDefaultAsync(cancellation);
        if (number is null)
            return new Refusal.NotFound();
        var there = await db
            .Resumes.IgnoreQueryFilters([ResumeConfiguration.OwnOnly])
            .CountAsync(file => file.LeadId == leadId && file.AddedAt != null && file.DeletedAt == null, cancellation);
        if (there >= MostOnLead)
        {
            errors.Add("file", $"This lead has {MostOnLead} files. Please remove one first.");
            return new Refusal.Invalid(errors);
        }

        var now = Sql.Instant(time.GetUtcNow());
        var file = Row(staged, await store.KeepAsync(staged, cancellation), leadId, cleanNote, by, now);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using (var batch = connection.CreateBatch())
        {
            Add(batch, file, by, $"added the file “{file.FileName}”");
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        Poke(file);
        changes.Publish(number.Value);
        return new LeadFile(file, by.FullName);
    }

    /// <summary>The row of a file that was staged and kept under <paramref name="key"/>.</summary>
    internal Resume Row(
        StagedResume staged,
        string key,
        Guid leadId,
        string? note,
        CurrentUser by,
        DateTimeOffset now
    ) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            LeadId = leadId,
            FileName = staged.FileName,
            Type = staged.Type!.Value,
            Bytes = staged.Bytes,
            Sha256 = staged.Sha256,
            StorageKey = key,
            ScanState = scanner.Value.IsOn ? ScanState.Waiting : ScanState.Unscanned,
            AddedAt = now,
            AddedBy = by.Id,
            Note = note,
        };

    /// <summary>Adds the row, the work on it, and a line of the timeline, in the transaction that holds the lead.</summary>
    internal void Add(NpgsqlBatch batch, Resume file, CurrentUser by, string summary)
    {
        batch.AddFile(file);
        batch.Queue([.. Work(file)]);
        batch.Record([new NewLine(file.LeadId, "file_added", Actor.Of(by), summary, file.AddedAt!.Value)]);
    }

    /// <summary>After the commit.</summary>
    internal void Poke(Resume file)
    {
        foreach (var work in Work(file))
            signal.Poke(work.Kind.ToWire());
    }

    /// <summary>Why the file is not kept, and what would be; null when it is.</summary>
    private Sentence? WhyNot(StagedResume staged) =>
        staged.IsTooLarge ? $"This file is too large: a file can have at most {FileSize.Of(resumes.Value.MaxBytes)}."
        : staged.Problem is { } finding ? $"{finding} Add one of these: {ResumeTypeNames.AcceptedFiles}."
        : null;

    private IEnumerable<NewWork> Work(Resume file)
    {
        if (scanner.Value.IsOn)
            yield return new NewWork(WorkKind.ScanResume, file.Id, file.AddedAt!.Value);
        if (reading.Value.Enabled && file.Type.HasText())
            yield return new NewWork(WorkKind.ReadResume, file.Id, file.AddedAt!.Value);
        if (copies.Of(file.Type))
            yield return new NewWork(WorkKind.ConvertResume, file.Id, file.AddedAt!.Value);
    }
}
