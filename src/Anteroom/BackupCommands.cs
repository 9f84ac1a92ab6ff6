using Anteroom.Admin;
using Anteroom.Host;
using Npgsql;

namespace Anteroom;

/// <summary>The commands of <c>./run</c> about backups. Each returns the exit code.</summary>
internal static class BackupCommands
{
    /// <summary>Makes a backup now, beside a running Anteroom or without one.</summary>
    public static async Task<int> MakeAsync(CommandLine line) =>
        await WithServicesAsync(
            line,
            async (services, cancellation) =>
            {
                var backup = services.GetRequiredService<MakeBackup>();
                if (await backup.MakeAsync(cancellation) is not MakeBackupResult.Made made)
                    throw new CannotStartException("Another backup is already running.");
                Console.WriteLine(MakeBackup.Words(made));
                Console.WriteLine(made.Backup.Path);
                return made.Backup.Manifest.MissingResumes.Count == 0 ? 0 : 2;
            }
        );

    /// <summary>Lists the backups, newest first.</summary>
    public static async Task<int> ListAsync(CommandLine line) =>
        await WithServicesAsync(
            line,
            async (services, cancellation) =>
            {
                var folder = services.GetRequiredService<BackupFolder>();
                var backups = await folder.ListAsync(cancellation);
                Console.WriteLine(
                    backups.Count == 0 ? $"There are no backups in {folder.Path}." : $"Backups in {folder.Path}:"
                );
                foreach (var (name, _, manifest) in backups)
                    Console.WriteLine(
                        FormattableString.Invariant(
                            $"  {name}  {manifest.RowsOf("public.leads"), 9:N0} leads  {manifest.Resumes.Count, 9:N0} resumes  {FileSize.Of(manifest.Resumes.Bytes), 9}  {manifest.Migrations[^1]}"
                        )
                    );
                return 0;
            }
        );

    /// <summary>Holds every file of a backup against its manifest. Needs no database.</summary>
    public static async Task<int> VerifyAsync(CommandLine line) =>
        await WithServicesAsync(
            line,
            async (services, cancellation) =>
            {
                var folder = services.GetRequiredService<BackupFolder>();
                var archive = services.GetRequiredService<WalArchive>();
                var broken = 0;
                if (archive.IsOn && line.Backup is null)
                {
                    broken = await VerifyArchiveAsync(archive, cancellation);
                    if ((await folder.ListAsync(cancellation)).Count == 0)
                        return broken == 0 ? 0 : 2;
                }

                var path =
                    line.Backup is not null ? Find(line, folder)
                    : await folder.ListAsync(cancellation) is [var newest, ..] ? newest.Path
                    : throw new CannotStartException($"There are no backups in {folder.Path}.");
                var manifest = await VerifyBackup.ReadManifestAsync(path, cancellation);
                var bad = 0;
                await foreach (
                    var problem in services
                        .GetRequiredService<VerifyBackup>()
                        .ProblemsAsync(path, manifest, cancellation)
                )
                {
                    bad++;
                    Console.WriteLine($"PROBLEM {problem}");
                }

                Console.WriteLine(
                    bad == 0
                        ? FormattableString.Invariant(
                            $"{Path.GetFileName(path)} is as it was made: {manifest.Tables.Count:N0} tables with {manifest.Tables.Sum(table => table.Rows):N0} rows, {manifest.Resumes.Count:N0} files, {(manifest.Key is { } key ? $"encrypted with the key {key}" : "not encrypted")}."
                        )
                        : FormattableString.Invariant(
                            $"{Path.GetFileName(path)} is not as it was made: {bad:N0} problems. Make another with ./run backup."
                        )
                );
                return bad + broken == 0 ? 0 : 2;
            }
        );

    private static async Task<int> VerifyArchiveAsync(WalArchive archive, CancellationToken cancellation)
    {
        var broken = 0;
        await foreach (var problem in archive.ProblemsAsync(cancellation))
        {
            broken++;
            Console.WriteLine($"PROBLEM {problem}");
        }

        if (broken == 0)
            Console.WriteLine(
                await archive.BasesAsync(cancellation) is { Count: > 0 } bases
                    ? FormattableString.Invariant(
                        $"The continuous backup in {archive.Place.Where} is as it was made: {bases.Count:N0} bases, and the log from {RestoreToTime.Moment(bases[^1].StoppedAt)} on."
                    )
                    : $"There is no continuous backup in {archive.Place.Where} yet."
            );
        return broken;
    }

    /// <summary>Restores a backup.</summary>
    public static async Task<int> RestoreAsync(CommandLine line) =>
        line.At is { } at
            ? await RestoreToTimeAsync(line, at == DateTimeOffset.MaxValue ? null : at)
            : await RestoreNamedAsync(line);

    private static async Task<int> RestoreToTimeAsync(CommandLine line, DateTimeOffset? at)
    {
        RestoredToTime? done = null;
        await WithServicesAsync(
            line,
            async (services, cancellation) =>
            {
                PointToArchive(line, services);
                done = await services.GetRequiredService<RestoreToTime>().RunAsync(at, line.Force, cancellation);
                return 0;
            }
        );
        // The store of files wants a database that runs.
        return await WithServicesAsync(
            line with
            {
                At = null,
            },
            async (services, cancellation) =>
            {
                PointToArchive(line, services);
                var (files, missing) = await services
                    .GetRequiredService<RestoreToTime>()
                    .RestoreFilesAsync(services.GetRequiredService<NpgsqlDataSource>(), cancellation);
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"Restored {(at is { } moment ? RestoreToTime.Moment(moment) : "the last moment that was archived")} from the base {done!.Base}: {done.Leads:N0} leads, {files:N0} files. Emails that were waiting then will be sent; start with --role web to look around first."
                    )
                );
                if (done.MovedTo is { } old)
                    Console.WriteLine($"The database that was there is in {old}; delete it when all is well.");
                foreach (var key in missing)
                    Console.WriteLine($"MISSING {key}: the file is neither in the archive nor in the store.");
                return missing.Count == 0 ? 0 : 2;
            }
        );
    }

    /// <summary>The archive of the settings, of the folder that was typed, or of the usual data folder.</summary>
    private static void PointToArchive(CommandLine line, IServiceProvider services)
    {
        var archive = services.GetRequiredService<WalArchive>();
        if (!archive.IsOn)
            throw new CannotStartException(
                "Set Backup:Continuous to disk or s3, as it was when the continuous backup was made."
            );
        var own = services.GetRequiredService<BackupFolder>().Path;
        if (line.Backup is { } other)
            archive.Root = Path.GetFullPath(other);
        else if (
            !Directory.Exists(Path.Combine(own, FolderArchive.Folder))
            && Environment.GetEnvironmentVariable("ANTEROOM_DATA") is { } usual
        )
            archive.Root = Path.Combine(Path.GetFullPath(usual), "backups");
    }

    private static async Task<int> RestoreNamedAsync(CommandLine line) =>
        await WithServicesAsync(
            line,
            async (services, cancellation) =>
            {
                var path = Find(line, services.GetRequiredService<BackupFolder>());
                var manifest = await services
                    .GetRequiredService<RestoreBackup>()
                    .RunAsync(path, line.Force, cancellation);
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"Restored {Path.GetFileName(path)}: {manifest.RowsOf("public.leads"):N0} leads, {manifest.Resumes.Count:N0} files. Emails that were waiting at the time of the backup will be sent; start with --role web to look around first."
                    )
                );
                return 0;
            }
        );

    /// <summary>A name in the folder of backups, that of the usual data folder as well; or a path.</summary>
    private static string Find(CommandLine line, BackupFolder folder)
    {
        var name = line.Backup!;
        var usual = Environment.GetEnvironmentVariable("ANTEROOM_DATA");
        string?[] places =
        [
            folder.PathOf(name),
            usual is null ? null : Path.Combine(Path.GetFullPath(usual), "backups", name),
            Path.GetFullPath(name),
        ];
        return Path.TrimEndingDirectorySeparator(
            places.FirstOrDefault(Directory.Exists)
                ?? throw new CannotStartException(
                    $"There is no backup {name} in {folder.Path}. ./run backups lists them; a path works as well."
                )
        );
    }

    private static async Task<int> WithServicesAsync(
        CommandLine line,
        Func<IServiceProvider, CancellationToken, Task<int>> run
    )
    {
        using var stop = new Commands.StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            return await run(scope.ServiceProvider, stop.Token);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or StorageUnavailableException)
        {
            throw new CannotStartException(error.Message, error);
        }
    }
}
