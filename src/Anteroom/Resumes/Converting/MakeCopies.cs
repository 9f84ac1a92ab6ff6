using System.Globalization;
using Anteroom.Data;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Makes what people look at, after the prospect has the answer: a PDF of each document, and a picture of page one. One file after the other on each node; what hangs
/// or fails is tried again, a few times, and then shown as given up. A file that is held back waits.
/// </summary>
internal sealed class MakeCopies(
    IResumeStore store,
    LibreOffice office,
    DrawThumbnail thumbnail,
    IOptions<ConversionOptions> options,
    TimeProvider time
) : IWork
{
    /// <summary>A conversion takes minutes when it fails, and mostly fails again.</summary>
    private const int MostTries = 3;

    private static readonly TimeSpan UntilScanned = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UntilReleased = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public WorkKind Kind => WorkKind.ConvertResume;

    /// <inheritdoc />
    public int BatchSize => 1;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        foreach (var item in turn.Items)
        {
            if (await FindAsync(turn.Connection, item.Subject, cancellation) is not { } file)
                continue;
            if (file.ScanState == ScanState.Waiting.ToWire())
                turn.NotYet(item, UntilScanned, "The file is being scanned for viruses.");
            else if (file.ScanState == ScanState.Quarantined.ToWire())
                turn.NotYet(item, UntilReleased, "The file is in quarantine.");
            else
            {
                await DoAsync(turn, item, file, cancellation);
                turn.Changed.Add(file.Number);
            }
        }
    }

    private async Task DoAsync(WorkTurn turn, WorkItem item, Waiting file, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("anteroom-convert-");
        try
        {
            // Both programs may take their time.
            await turn.Connection.AllowSilenceAsync(2 * options.Value.Timeout, cancellation);
            if (await CopyAsync(file, folder.FullName, cancellation) is { } path)
                await MakeAsync(turn, item.Subject, path, cancellation);
            else
                turn.GiveUp(item, "The file is not in the store.");
        }
        catch (CannotConvertException error) when (item.Attempts >= MostTries)
        {
            turn.GiveUp(
                item,
                string.Create(CultureInfo.InvariantCulture, $"{error.Message} Given up after {item.Attempts} tries.")
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<string?> CopyAsync(Waiting file, string folder, CancellationToken cancellation)
    {
        await using var content = await store.OpenAsync(file.StorageKey, cancellation) ?? Stream.Null;
        if (content == Stream.Null)
            return null;
        // LibreOffice goes by the end of the name; DOC is also XML of Word 2003.
        var start = new byte[1];
        var isXml = file.Type == "doc" && await content.ReadAsync(start, cancellation) == 1 && start[0] != 0xD0;
        content.Position = 0;
        var path = Path.Combine(folder, $"file.{(isXml ? "xml" : file.Type)}");
        await using var copy = File.Create(path);
        await content.CopyToAsync(copy, cancellation);
        return path;
    }

    private async Task MakeAsync(WorkTurn turn, Guid resume, string path, CancellationToken cancellation)
    {
        var isPdf = Path.GetExtension(path) == ".pdf";
        if (!isPdf && !office.IsOn)
            return;
        var pdf = isPdf ? path : await office.ConvertAsync(path, cancellation);
        var made = new List<ResumeCopy>();
        try
        {
            if (!isPdf)
                made.Add(await KeepAsync(resume, CopyKind.Pdf, pdf, options.Value.MaxBytes, cancellation));
            if (thumbnail.IsOn && await thumbnail.RunAsync(pdf, cancellation) is { } picture)
                made.Add(await KeepAsync(resume, CopyKind.Thumbnail, picture, DrawThumbnail.MostBytes, cancellation));
            await turn.Connection.EndSilenceAsync(cancellation);
            if (made.Count > 0)
                await ReplaceAsync(turn, resume, made, cancellation);
        }
        catch
        {
            await DeleteAsync(made.Select(copy => copy.StorageKey));
            throw;
        }
    }

    private async Task<ResumeCopy> KeepAsync(
        Guid resume,
        CopyKind kind,
        string path,
        long maxBytes,
        CancellationToken cancellation
    )
    {
        await using var content = File.OpenRead(path);
        await using var staged = await store.StageAsync(content, Path.GetFileName(path), maxBytes, cancellation);
        if (staged.Problem is not null || staged.Type is not (ResumeType.Pdf or ResumeType.Png))
            throw new CannotConvertException(
                staged.IsTooLarge
                    ? $"The PDF is larger than {FileSize.Of(maxBytes)}."
                    : "What LibreOffice has made is no PDF that can be kept."
            );
        var now = Sql.Instant(time.GetUtcNow());
        return new()
        {
            Id = Guid.CreateVersion7(now),
            ResumeId = resume,
            Kind = kind,
            Bytes = staged.Bytes,
            Sha256 = staged.Sha256,
            StorageKey = await store.KeepAsync(staged, cancellation),
            MadeAt = now,
        };
    }

    // The row of the file is held: who erases it waits, and then sees what was made of it.
    private async Task ReplaceAsync(WorkTurn turn, Guid resume, List<ResumeCopy> made, CancellationToken cancellation)
    {
        var held = await turn.Connection.QueryAsync<Guid>(
            "select id from resumes where id = $1 and deleted_at is null for key share",
            cancellation,
            Sql.Value(resume)
        );
        var old =
            held.Count == 0
                ? made.ConvertAll(copy => copy.StorageKey)
                : await turn.Connection.QueryAsync<string>(
                    "delete from resume_copies where resume_id = $1 returning storage_key",
                    cancellation,
                    Sql.Value(resume)
                );
        turn.Afterwards.Add(() => DeleteAsync(old));
        if (held.Count == 0)
            return;
        await using var batch = turn.Connection.CreateBatch();
        foreach (var copy in made)
            batch.Add(
                """
                insert into resume_copies (id, resume_id, kind, storage_key, bytes, sha256, made_at) values ($1, $2, $3, $4, $5, $6, $7)
                """,
                Sql.Value(copy.Id),
                Sql.Value(copy.ResumeId),
                Sql.Value(copy.Kind.ToWire()),
                Sql.Value(copy.StorageKey),
                Sql.Value(copy.Bytes),
                Sql.Value(copy.Sha256),
                Sql.Value(copy.MadeAt)
            );
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    // What cannot be deleted now is in no row, and RemoveOrphans finds it.
    private async Task DeleteAsync(IEnumerable<string> keys)
    {
        try
        {
            foreach (var key in keys)
                await store.DeleteAsync(key, CancellationToken.None);
        }
        catch (StorageUnavailableException) { }
    }

    // Null: erased or deleted.
    private static Task<Waiting?> FindAsync(NpgsqlConnection connection, Guid resume, CancellationToken cancellation) =>
        connection.QueryOneAsync<Waiting>(
            """
            select storage_key, type, scan_state, number from resumes join leads on leads.id = lead_id
            where resumes.id = $1 and resumes.deleted_at is null
            """,
            cancellation,
            Sql.Value(resume)
        );

    private sealed record Waiting(string StorageKey, string Type, string ScanState, long Number);
}
