using System.Globalization;
using Anteroom.Data;
using Anteroom.Resumes;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Holds the file of every row against it: is it there, has it the size, and, unless in a hurry, is it what was received.</summary>
internal sealed class ExamineFiles(NpgsqlDataSource database, IResumeStore store)
{
    private const int Page = 500;
    private const int MostNamed = 10;

    private sealed record FileRow(Guid Id, string StorageKey, long Bytes, byte[] Sha256);

    /// <summary>Looks at all of them.</summary>
    public async Task<Finding> RunAsync(bool fast, CancellationToken cancellation)
    {
        var looked = 0L;
        var bad = new List<string>();
        for (var after = Guid.Empty; await PageAsync(after, cancellation) is { Count: > 0 } page; after = page[^1].Id)
            foreach (var row in page)
            {
                looked++;
                if (await ProblemAsync(row, fast, cancellation) is { } problem)
                    bad.Add($"{row.StorageKey} {problem}");
            }

        if (bad.Count == 0)
            return new(
                "",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{looked:N0}, all there{(fast ? " in their sizes (not read)" : " and what was received")}."
                )
            );
        return new(
            "",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{bad.Count:N0} of {looked:N0} cannot be used: {string.Join("; ", bad.Take(MostNamed))}{(bad.Count > MostNamed ? "; …" : "")}"
            ),
            "Restore missing and changed files from a backup; add missing keys to Resumes:EncryptionKeys."
        );
    }

    private async Task<string?> ProblemAsync(FileRow row, bool fast, CancellationToken cancellation)
    {
        if (fast)
            return await store.LengthAsync(row.StorageKey, cancellation) switch
            {
                null => "is missing",
                var length when length != row.Bytes => $"has {length} bytes instead of {row.Bytes}",
                _ => null,
            };
        try
        {
            await using var content = await store.OpenAsync(row.StorageKey, cancellation);
            return content is null ? "is missing"
                : await ReadResume.IsWholeAsync(content, row.Bytes, row.Sha256, cancellation) ? null
                : "was changed or cut";
        }
        catch (LockedResumeException locked)
        {
            return $"is locked: {locked.Message}";
        }
    }

    private Task<List<FileRow>> PageAsync(Guid after, CancellationToken cancellation) =>
        database.QueryAsync<FileRow>(
            """
            select id, storage_key, bytes, sha256 from kept_files where id > $1
            order by id limit $2
            """,
            cancellation,
            Sql.Value(after),
            Sql.Value(Page)
        );
}
