using Anteroom.Data;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>Writes the rows of files that people of the firm add to a lead: rows like those of resumes, which say who added them.</summary>
internal static class FileRows
{
    /// <summary>Adds a file.</summary>
    public static void AddFile(this NpgsqlBatch batch, Resume file) =>
        batch.Add(
            """
            insert into resumes (id, lead_id, file_name, type, bytes, sha256, storage_key, scan_state, added_at, added_by, note, words)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            Sql.Value(file.Id),
            Sql.Value(file.LeadId),
            Sql.Value(file.FileName),
            Sql.Value(file.Type.ToWire()),
            Sql.Value(file.Bytes),
            Sql.Value(file.Sha256),
            Sql.Value(file.StorageKey),
            Sql.Value(file.ScanState.ToWire()),
            Sql.Value(file.AddedAt),
            Sql.Value(file.AddedBy),
            Sql.Value(file.Note),
            Sql.Value(SearchWords.Of(file.FileName, file.Note))
        );

    /// <summary>Gives a file its name and note.</summary>
    public static void ChangeFile(this NpgsqlBatch batch, Guid file, string name, string? note) =>
        batch.Add(
            "update resumes set file_name = $2, note = $3, words = $4 where id = $1",
            Sql.Value(file),
            Sql.Value(name),
            Sql.Value(note),
            Sql.Value(SearchWords.Of(name, note))
        );

    /// <summary>Where the store keeps a file and what was made of it; nothing more is made of it until the transaction has ended.</summary>
    public static async Task<IReadOnlyList<string>> KeysAsync(
        NpgsqlConnection connection,
        Guid file,
        CancellationToken cancellation
    ) =>
        [
            .. await connection.QueryAsync<string>(
                "select storage_key from resumes where id = $1 for update",
                cancellation,
                Sql.Value(file)
            ),
            .. await connection.QueryAsync<string>(
                "select storage_key from resume_copies where resume_id = $1",
                cancellation,
                Sql.Value(file)
            ),
        ];

    /// <summary>Removes a file with its text.</summary>
    public static void RemoveFile(this NpgsqlBatch batch, Guid file) =>
        batch.Add("delete from resumes where id = $1", Sql.Value(file));
}
