using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>
/// Reads the text of each new resume after the prospect has the answer, and keeps it: what a preview and a search look at. A file that is
/// held back waits. One that cannot be read has an empty text; trying again would not help.
/// </summary>
internal sealed class ReadResumeText(
    IResumeStore store,
    ReadingProcess reading,
    RecognizeText recognize,
    IOptions<FirmOptions> firm,
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
                await KeepAsync(turn.Connection, await ReadAsync(item.Subject, file, cancellation), cancellation);
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
        var words = await TryAsync(resume, type, content, cancellation);
        if (words.Text.Length > 0 || type != ResumeType.Pdf || !recognize.IsOn || content == Stream.Null)
            return words;
        content.Position = 0;
        var recognized = await recognize.RunAsync(content, cancellation);
        return new()
        {
            ResumeId = resume,
            Text = recognized ?? "",
            IsRecognized = recognized is not null,
            Facts = recognized is null ? "[]" : ResumeFacts.InJson(recognized, firm.Value.Region),
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
        try
        {
            found = await reading.ReadAsync(content, type, chosen, cancellation);
        }
        catch (CannotReadException)
        {
            // Nothing more can be had of this file.
        }

        return new()
        {
            ResumeId = resume,
            Text = found?.Text ?? "",
            Encoding = chosen ?? found?.Encoding,
            IsChosen = chosen is not null,
            Facts = found?.Facts ?? "[]",
            ReadAt = Sql.Instant(time.GetUtcNow()),
        };
    }

    private static async Task KeepAsync(NpgsqlConnection connection, ResumeWords words, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into resume_words (resume_id, text, encoding, is_chosen, is_recognized, read_at, facts, words)
            select id, $2, $3, $4, $5, $6, $7::jsonb, $8 from resumes where id = $1 and deleted_at is null
            on conflict (resume_id) do update set text = excluded.text, encoding = excluded.encoding,
                is_chosen = excluded.is_chosen, is_recognized = excluded.is_recognized, read_at = excluded.read_at,
                facts = excluded.facts, words = excluded.words
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
        await command.ExecuteNonQueryAsync(cancellation);
    }

    // Null: erased, deleted, or read already.
    private static Task<Waiting?> FindAsync(NpgsqlConnection connection, Guid resume, CancellationToken cancellation) =>
        connection.QueryOneAsync<Waiting>(
            """
            select storage_key, type, scan_state, number from resumes join leads on leads.id = lead_id
            where resumes.id = $1 and resumes.deleted_at is null
                and not exists (select from resume_words where resume_id = resumes.id)
            """,
            cancellation,
            Sql.Value(resume)
        );

    private sealed record Waiting(string StorageKey, string Type, string ScanState, long Number);
}
