using Anteroom.Data;
using Anteroom.Resumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Puts a backup into an empty database and store. Everything is verified before anything is changed.</summary>
public sealed class RestoreBackup(
    NpgsqlDataSource database,
    AnteroomDb db,
    MigrateDatabase migrate,
    IResumeStore store,
    VerifyBackup verify,
    BackupSeal seal
)
{
    /// <summary>Restores.</summary>
    /// <param name="path">The backup's folder; the pool of files lies beside it.</param>
    /// <param name="force">Overwrite a database that has leads.</param>
    /// <param name="cancellation">Gives up; the database is as it was unless its schema had to be made anew.</param>
    /// <returns>What was restored.</returns>
    /// <exception cref="CannotStartException">Says what is wrong; nothing was changed.</exception>
    public async Task<BackupManifest> RunAsync(string path, bool force, CancellationToken cancellation)
    {
        var manifest = await VerifyAsync(path, cancellation);
        await CheckTargetAsync(force, cancellation);
        await RestoreFilesAsync(path, manifest, cancellation);
        await MakeSchemaAsync(manifest.Migrations, cancellation);
        await using (var connection = await database.OpenConnectionAsync(cancellation))
            await new DatabaseLoad(connection, seal).RunAsync(path, manifest, cancellation);
        await migrate.RunAsync(cancellation);
        return manifest;
    }

    /// <summary>Reads the manifest and holds every file against it.</summary>
    private async Task<BackupManifest> VerifyAsync(string path, CancellationToken cancellation)
    {
        var manifest = await VerifyBackup.ReadManifestAsync(path, cancellation);
        CheckMigrations(path, manifest.Version, manifest.Migrations);

        await foreach (var problem in verify.ProblemsAsync(path, manifest, cancellation))
            throw new CannotStartException($"{problem} Nothing was changed.");
        return manifest;
    }

    /// <summary>Says when a schema is newer than this version.</summary>
    internal void CheckMigrations(string path, string version, IEnumerable<string> migrations)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        if (migrations.FirstOrDefault(name => !known.Contains(name)) is { } newer)
            throw new CannotStartException(
                $"{path} has a newer schema ({newer}) than this version of Anteroom knows. Restore it with the version that made it, {version}."
            );
    }

    /// <summary>Says when something is there that must not be replaced.</summary>
    internal async Task CheckTargetAsync(bool force, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var others = new NpgsqlCommand(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'anteroom' and pid <> pg_backend_pid()",
            connection
        );
        if ((long)(await others.ExecuteScalarAsync(cancellation))! > 0)
            throw new CannotStartException(
                $"Another Anteroom is working on the database {connection.Database}. Stop every node first."
            );
        await using var table = new NpgsqlCommand("select to_regclass('leads') is not null", connection);
        if (force || !(bool)(await table.ExecuteScalarAsync(cancellation))!)
            return;
        await using var leads = new NpgsqlCommand("select exists (select from leads)", connection);
        if ((bool)(await leads.ExecuteScalarAsync(cancellation))!)
            throw new CannotStartException(
                $"The database {connection.Database} has leads. A restore would replace everything in it: use another, or add --force."
            );
    }

    // Files before rows, as with a submission: no row is ever without its file.
    private async Task RestoreFilesAsync(string path, BackupManifest manifest, CancellationToken cancellation)
    {
        await foreach (var file in BackupFolder.ReadFilesAsync(path, manifest, seal, cancellation))
        {
            await using var content = await seal.OpenAsync(
                BackupFolder.PoolPathOf(Path.GetDirectoryName(path)!, file.Key),
                BackupFolder.PoolNameOf(file.Key),
                cancellation
            );
            await store.RestoreAsync(file.Key, content, cancellation);
        }
    }

    /// <summary>The schema that the backup was made of; later migrations run on the restored rows.</summary>
    internal async Task MakeSchemaAsync(IReadOnlyList<string> migrations, CancellationToken cancellation)
    {
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellation);
        if (applied.Order(StringComparer.Ordinal).SequenceEqual(migrations, StringComparer.Ordinal))
            return;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await DatabaseLoad.DropEverythingAsync(connection, cancellation);
        await MakeSchemaAsync(connection, db, migrations, cancellation);
    }

    /// <summary>Brings restored rows to this version's schema.</summary>
    internal Task MigrateAsync(CancellationToken cancellation) => migrate.RunAsync(cancellation);

    /// <summary>Runs the migrations that a backup names, on a database without any.</summary>
    /// <remarks>By hand: EF Core's migrator stops only at names that begin with fourteen digits.</remarks>
    internal static async Task MakeSchemaAsync(
        NpgsqlConnection connection,
        AnteroomDb db,
        IReadOnlyList<string> migrations,
        CancellationToken cancellation
    )
    {
        var history = db.GetService<IHistoryRepository>();
        await ExecuteAsync(history.GetCreateIfNotExistsScript());
        foreach (var id in migrations)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await ExecuteAsync(SqlMigration.Read(id));
            await ExecuteAsync(history.GetInsertScript(new HistoryRow(id, ProductInfo.GetVersion())));
            await transaction.CommitAsync(cancellation);
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
