using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Reads the text of each new resume after the prospect has the answer, and keeps it: what a preview and a search look at. A file that is
/// held back waits. One that cannot be read has an empty text and is given up at once: trying again helps only once something has changed.
/// </summary>
internal sealed class ReadResumeText(
    IResumeStore store,
    ReadingProcess reading,
    RecognizeText recognize,
    IOptions<FirmOptions> firm,
    IOptions<ReadingOptions> options,
    NpgsqlDataSource database,
    TimeProvider time
) : IWork
{
    private static readonly TimeSpan UntilScanned = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UntilReleased = TimeSpan.FromHours(1);

    /// <inheritdoc />
    public WorkKind Kind => WorkKind.ReadResume;

    /// <summary>One: a file may take long, and its failure must not affect others.</summary>
    public int BatchSize => 1;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        foreach (var item in turn.Items)
        {
            if (await FindAsync(turn.Connection, item.Subject, cancellation) is not { } file)
                continue;
            if (file.ScanState == ScanState.Waiting.ToWire())
                turn.NotYet(item, UntilScanned, "The resume is being scanned for viruses.");
            else if (file.ScanState == ScanState.Quarantined.ToWire())
                turn.NotYet(item, UntilReleased, "The resume is in quarantine.");
            else
            {
                await turn.Connection.AllowSilenceAsync(
                    options.Value.Timeout + options.Value.RecognitionTimeout,
                    cancellation
                );
                var words = await ReadAsync(item.Subject, file, cancellation);
                await turn.Connection.EndSilenceAsync(cancellation);
                await KeepAsync(turn.Connection, words, cancellation);
                if (words.Problem is { } problem)
                    turn.GiveUp(item, problem);
                turn.Changed.Add(file.Number);
            }
        }
    }

    /// <summary>Reads plain text again, in the encoding that a person has chosen.</summary>
    /// <returns>False when there is no such encoding, or no such text.</returns>
    public async Task<bool> ReadAgainAsync(Resume resume, string encoding, CancellationToken cancellation)
    {
        if (
            resume is not { Type: ResumeType.Txt, DeletedAt: null, IsHeldBack: false }
            || TextEncodings.All.FirstOrDefault(one => one.Name == encoding) is not { } chosen
            || await store.OpenAsync(resume.StorageKey, cancellation) is not { } content
        )
            return false;
        await using var _ = content;
        var words = await TryAsync(resume.Id, resume.Type, content, cancellation, chosen.Name);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await KeepAsync(connection, words, cancellation);
        return true;
    }

    /// <summary>The text that is kept, or what can be read now where the background has not come to it.</summary>
    public async Task<ResumeWords?> OfAsync(
        AnteroomDb db,
        Resume resume,
        Stream content,
        CancellationToken cancellation
    )
    {
        if (
            await db.Words.AsNoTracking().SingleOrDefaultAsync(words => words.ResumeId == resume.Id, cancellation) is
            { } kept
        )
            return kept;
        if (resume.Type == ResumeType.Pdf)
            return null;
        return await TryAsync(resume.Id, resume.Type, content, cancellation);
    }

    private async Task<ResumeWords> ReadAsync(Guid resume, Waiting file, CancellationToken cancellation)
    {
        var type = WireName.Parse<ResumeType>(file.Type);
        await using var content = await store.OpenAsync(file.StorageKey, cancellation) ?? Stream.Null;
        if (content == Stream.Null)
            return new()
            {
                ResumeId = resume,
                Text = "",
                Problem = "The file is not in the store.",
                ReadAt = Sql.Instant(time.GetUtcNow()),
            };
        var words = await TryAsync(resume, type, content, cancellation, file.Chosen);
        if (words.Text.Length > 0 || type != ResumeType.Pdf || !recognize.IsOn)
            return words;
        content.Position = 0;
        var recognized = await recognize.RunAsync(content, cancellation);
        return new()
        {
            ResumeId = resume,
            Text = recognized ?? "",
            IsRecognized = recognized is not null,
            Facts = recognized is null ? "[]" : ResumeFacts.InJson(recognized, firm.Value.Region),
            Problem = recognized is null ? words.Problem : null,
            ReadAt = words.ReadAt,
        };
    }

    private async Task<ResumeWords> TryAsync(
        Guid resume,
        ResumeType type,
        Stream content,
        CancellationToken cancellation,
        string? chosen = null
    )
    {
        FoundText? found = null;
        string? problem = null;
        try
        {
            found = await reading.ReadAsync(content, type, chosen, cancellation);
        }
        catch (CannotReadException error)
        {
            problem = error.Message;
        }

        return new()
        {
            ResumeId = resume,
            Text = found?.Text ?? "",
            Encoding = chosen ?? found?.Encoding,
            IsChosen = chosen is not null,
            Facts = found?.Facts ?? "[]",
            Problem = problem,
            ReadAt = Sql.Instant(time.GetUtcNow()),
        };
    }

    private static async Task KeepAsync(NpgsqlConnection connection, ResumeWords words, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into resume_words (resume_id, text, encoding, is_chosen, is_recognized, read_at, facts, words, problem)
            select id, $2, $3, $4, $5, $6, $7::jsonb, $8, $9 from resumes where id = $1 and deleted_at is null
            on conflict (resume_id) do update set text = excluded.text, encoding = excluded.encoding,
                is_chosen = excluded.is_chosen, is_recognized = excluded.is_recognized, read_at = excluded.read_at,
                facts = excluded.facts, words = excluded.words, problem = excluded.problem
            """,
            connection
        );
        command.Parameters.Add(Sql.Value(words.ResumeId));
        // PostgreSQL keeps no zero in a text, and no half of a pair.
        command.Parameters.Add(Sql.Value(words.Text.Replace("\0", "", StringComparison.Ordinal)));
        command.Parameters.Add(Sql.Value(words.Encoding));
        command.Parameters.Add(Sql.Value(words.IsChosen));
        command.Parameters.Add(Sql.Value(words.IsRecognized));
        command.Parameters.Add(Sql.Value(words.ReadAt));
        command.Parameters.Add(Sql.Value(words.Facts));
        command.Parameters.Add(Sql.Value(SearchWords.Of(words.Text)));
        command.Parameters.Add(Sql.Value(words.Problem));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // Null: erased or deleted.
    private static Task<Waiting?> FindAsync(NpgsqlConnection connection, Guid resume, CancellationToken cancellation) =>
        connection.QueryOneAsync<Waiting>(
            """
            select storage_key, type, scan_state, number, case when is_chosen then encoding end as chosen
            from resumes join leads on leads.id = lead_id left join resume_words on resume_id = resumes.id
            where resumes.id = $1 and resumes.deleted_at is null
            """,
            cancellation,
            Sql.Value(resume)
        );

    private sealed record Waiting(string StorageKey, string Type, string ScanState, long Number, string? Chosen);
}
