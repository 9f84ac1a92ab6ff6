using System.IO.Compression;
using System.Security.Cryptography;
using Anteroom.Resumes;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Puts an export into an empty Anteroom. Everything is verified before anything is changed.</summary>
public sealed class ImportEverything(
    RestoreBackup restore,
    NpgsqlDataSource database,
    IResumeStore store,
    BackupSeal seal
)
{
    /// <summary>Puts it in.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="force">Overwrite a database that has leads.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CannotStartException">Says what is wrong; nothing was changed.</exception>
    public async Task<ExportManifest> RunAsync(string path, bool force, CancellationToken cancellation)
    {
        try
        {
            await using var zip = await ZipFile.OpenReadAsync(path, cancellation);
            var manifest = await VerifyAsync(zip, path, cancellation);
            restore.CheckMigrations(path, manifest.Version, manifest.Migrations);
            await restore.CheckTargetAsync(force, cancellation);
            // Files before rows, as with a submission: no row is ever without its file.
            foreach (var file in manifest.Files)
            {
                await using var content = await Entry(zip, $"files/{file.Key}").OpenAsync(cancellation);
                await store.RestoreAsync(file.Key, content, cancellation);
            }

            await restore.MakeSchemaAsync(manifest.Migrations, cancellation);
            await using (var connection = await database.OpenConnectionAsync(cancellation))
                await new DatabaseLoad(connection, seal).RunAsync(
                    [.. manifest.Tables.Select(table => new LoadedTable(table.Name, table.Columns, table.File))],
                    manifest.Sequences,
                    file => Entry(zip, file).OpenAsync(cancellation),
                    format: "csv, header match",
                    cancellation
                );
            await restore.MigrateAsync(cancellation);
            return manifest;
        }
        catch (Exception error) when (error is InvalidDataException or FileNotFoundException)
        {
            throw new CannotStartException(
                $"{path} is no complete export: {error.Message} Nothing was changed.",
                error
            );
        }
    }

    private static async Task<ExportManifest> VerifyAsync(ZipArchive zip, string path, CancellationToken cancellation)
    {
        ExportManifest manifest;
        await using (var json = await Entry(zip, ExportManifest.FileName).OpenAsync(cancellation))
            manifest =
                ExportManifest.Read(json)
                ?? throw new InvalidDataException($"its {ExportManifest.FileName} says nothing.");
        if (manifest.Format != ExportManifest.CurrentFormat)
            throw new CannotStartException(
                $"{path} was made by another version of Anteroom ({manifest.Version}), whose format this one cannot read."
            );
        foreach (
            var (name, sha256) in manifest
                .Tables.Select(table => (table.File, table.Sha256))
                .Concat(manifest.Files.Select(file => ($"files/{file.Key}", file.Sha256)))
        )
        {
            await using var content = await Entry(zip, name).OpenAsync(cancellation);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation)) != sha256)
                throw new CannotStartException(
                    $"The export is damaged: {name} is not what was written. Nothing was changed."
                );
        }

        return manifest;
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name) =>
        zip.GetEntry(name) ?? throw new InvalidDataException($"it has no {name}.");
}
