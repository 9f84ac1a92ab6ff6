using Anteroom.Admin;
using Anteroom.Host;

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

    /// <summary>Restores a backup.</summary>
    public static async Task<int> RestoreAsync(CommandLine line) =>
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
