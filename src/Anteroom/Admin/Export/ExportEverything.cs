using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Audit;
using Anteroom.Resumes;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// Writes everything that the firm has as one ZIP of open formats, while it goes on working: each table as CSV (RFC 4180, as PostgreSQL's
/// COPY writes it: an empty cell is null, <c>""</c> an empty text), each file as it was uploaded, and at the end a manifest with the SHA-256 of each.
/// Nothing is kept in memory or on a disk.
/// </summary>
public sealed class ExportEverything(NpgsqlDataSource database, IResumeStore store, AuditLog audit, TimeProvider time)
{
    private const int BufferBytes = 128 * 1024;

    private const string ReadMe = """
        Everything that this Anteroom had at one instant.

        tables/    A CSV file for each table, in UTF-8, with the names of its columns in the first line. An empty cell is no value; ""
                   is an empty text. Instants have their offset. Bytes are hexadecimal, after \x.
        files/     Resumes and other files, as they were uploaded. The column storage_key of public.resumes says whose each is.
        manifest.json   What is here, with the SHA-256 of each file; written last, so that an archive without it is not complete.

        ./run import anteroom FILE puts it into an empty Anteroom.
        """;

    /// <summary>Writes it.</summary>
    /// <param name="target">Where to; need not be seekable.</param>
    /// <param name="withSecrets">With passwords, second factors, tokens and keys: who has the archive can be anybody then.</param>
    /// <param name="by">Who asks; null for somebody at the terminal.</param>
    /// <param name="cancellation">Gives up; what was written is no archive.</param>
    public async Task<ExportManifest> RunAsync(
        Stream target,
        bool withSecrets,
        CurrentUser? by,
        CancellationToken cancellation
    )
    {
        // Before the first byte: nobody takes everything along without a trace.
        await audit.WriteAsync(
            AuditKind.Exported,
            withSecrets
                ? "exports everything, with passwords and keys"
                : "exports everything, without passwords and keys",
            "export",
            by: by,
            cancellation: cancellation
        );
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var dump = await DatabaseDump.BeginAsync(connection, cancellation);
        await using var sent = new WithoutSyncWrites(target);
        await using var zip = await ZipArchive.CreateAsync(
            sent,
            ZipArchiveMode.Create,
            leaveOpen: true,
            Encoding.UTF8,
            cancellation
        );
        await WriteAsync(
            zip,
            "README.txt",
            to => to.WriteAsync(Encoding.UTF8.GetBytes(ReadMe), cancellation).AsTask(),
            cancellation
        );
        var tables = await WriteTablesAsync(zip, dump, withSecrets, cancellation);
        var missing = new List<string>();
        var files = new List<ExportedEntry>();
        foreach (var file in await dump.ResumesAsync(cancellation))
            if (await WriteFileAsync(zip, file, cancellation))
                files.Add(new(file.Key, file.Bytes, file.Sha256));
            else
                missing.Add(file.Key);
        var manifest = new ExportManifest(
            ExportManifest.CurrentFormat,
            ProductVersion,
            time.GetUtcNow(),
            withSecrets,
            dump.Migrations,
            tables,
            await dump.SequencesAsync(cancellation),
            files,
            missing
        );
        await dump.EndAsync(cancellation);
        await WriteAsync(
            zip,
            ExportManifest.FileName,
            to => JsonSerializer.SerializeAsync(to, manifest, ExportJson.Default.ExportManifest, cancellation),
            cancellation
        );
        return manifest;
    }

    private static string ProductVersion => typeof(ExportEverything).Assembly.GetName().Version?.ToString() ?? "";

    private static async Task<List<BackupTable>> WriteTablesAsync(
        ZipArchive zip,
        DatabaseDump dump,
        bool withSecrets,
        CancellationToken cancellation
    )
    {
        var tables = new List<BackupTable>();
        foreach (var table in await dump.TablesAsync(cancellation))
        {
            if (ExportedTables.Query(table, withSecrets) is not { } query)
                continue;
            var name = $"tables/{table.Name}.csv";
            var rows = await dump.CountAsync(query, cancellation);
            var sha256 = await WriteAsync(
                zip,
                name,
                to => dump.CopyCsvAsync(query, table.Columns, to, cancellation),
                cancellation
            );
            tables.Add(new(table.Name, table.Columns, rows, name, sha256));
        }

        return tables;
    }

    /// <summary>False when the store has lost the file, or it is not what was uploaded; then it is not in the manifest.</summary>
    private async Task<bool> WriteFileAsync(ZipArchive zip, BackedUpFile file, CancellationToken cancellation)
    {
        try
        {
            await using var content = await store.OpenAsync(file.Key, cancellation);
            return content is not null
                && await WriteAsync(
                    zip,
                    $"files/{file.Key}",
                    to => content.CopyToAsync(to, BufferBytes, cancellation),
                    cancellation
                ) == file.Sha256;
        }
        catch (DamagedResumeException)
        {
            return false;
        }
    }

    /// <summary>Writes an entry; the SHA-256 of its content.</summary>
    private static async Task<string> WriteAsync(
        ZipArchive zip,
        string name,
        Func<Stream, Task> write,
        CancellationToken cancellation
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellation))
        await using (var hashing = new HashingStream(entry, hash))
            await write(hashing);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
