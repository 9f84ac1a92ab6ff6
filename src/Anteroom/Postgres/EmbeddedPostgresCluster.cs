using System.Globalization;
using System.Runtime.Versioning;

namespace Anteroom.Postgres;

/// <summary>The database's files: made once, complete or not at all, and open to nobody but us.</summary>
internal sealed class EmbeddedPostgresCluster(
    DataFolder data,
    EmbeddedPostgresUser? user,
    EmbeddedPostgresCommand command
)
{
    /// <summary>PostgreSQL's role that owns everything, and the name under which we connect.</summary>
    public const string Role = "anteroom";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Where the files are made, before they get their final place.</summary>
    public static string Unfinished(DataFolder data) => data.Postgres + ".new";

    /// <summary>Makes the files when there are none; in any case gives them to the right user and lets only us in.</summary>
    /// <exception cref="CannotStartException">They cannot be made or belong to somebody else.</exception>
    [UnsupportedOSPlatform("windows")]
    public async Task EnsureAsync(EmbeddedPostgresLog log, CancellationToken cancel)
    {
        try
        {
            if (!EmbeddedPostgres.IsThere(data))
                await InitialiseAsync(log, cancel);
            else if (user is not null)
                await GiveToUserAsync(cancel);
            await LetOnlyUsInAsync(cancel);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw error.Message.Contains("No space left", StringComparison.Ordinal)
                ? log.Explain(error.Message)
                : new CannotStartException(
                    $"The database in {data.Postgres} cannot be used: {error.Message.TrimEnd('.')}. "
                        + "Start Anteroom as the user who started it first, or choose another folder with --data.",
                    error
                );
        }
    }

    [UnsupportedOSPlatform("windows")]
    private async Task InitialiseAsync(EmbeddedPostgresLog log, CancellationToken cancel)
    {
        // Under another name until it is complete: a start that was killed half-way leaves nothing that looks like a database.
        var unfinished = Unfinished(data);
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        if (Directory.Exists(data.Postgres) && Directory.EnumerateFileSystemEntries(data.Postgres).Any())
            throw new CannotStartException(
                $"The folder {data.Postgres} holds something that is not a database. Move it away, or choose another folder with --data."
            );
        Directory.CreateDirectory(unfinished, OwnerOnly);
        if (user is not null)
            await ChangeOwnerAsync(unfinished, cancel);

        // Characters by the built-in C.UTF-8: the same on every machine and in every version, so no index depends on the
        // operating system's collations. The classes of characters that pg_trgm and full text look at come from lc-ctype.
        var (exitCode, output) = await EmbeddedPostgresCommand.RunAsync(
            command.Build(
                "initdb",
                unfinished,
                null,
                [
                    $"--username={Role}",
                    "--encoding=UTF8",
                    "--locale=C",
                    OperatingSystem.IsMacOS() ? "--lc-ctype=en_US.UTF-8" : "--lc-ctype=C.UTF-8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--auth-local=peer",
                    "--auth-host=reject",
                    "--no-instructions",
                ]
            ),
            cancel
        );
        if (exitCode != 0)
            throw log.Explain(output);

        if (Directory.Exists(data.Postgres))
            Directory.Delete(data.Postgres);
        Directory.Move(unfinished, data.Postgres);
        SystemCalls.FlushFolder(data.Path);
    }

    /// <summary>Files made by another user (before, as a normal user; or restored from a backup as root) change hands.</summary>
    private async Task GiveToUserAsync(CancellationToken cancel)
    {
        var (exitCode, owner) = await EmbeddedPostgresCommand.RunAsync(
            new("stat") { ArgumentList = { "-c", "%u", "--", data.Postgres } },
            cancel
        );
        if (exitCode == 0 && uint.TryParse(owner.Trim(), CultureInfo.InvariantCulture, out var uid) && uid != user!.Uid)
            await ChangeOwnerAsync(data.Postgres, cancel);
    }

    /// <summary>
    /// Peer authentication: the kernel tells PostgreSQL which user of the machine is connecting, and only the user who runs Anteroom
    /// passes. No password exists that could leak. Written at every start, since that user may have changed.
    /// </summary>
    private async Task LetOnlyUsInAsync(CancellationToken cancel)
    {
        await WriteAsync("pg_hba.conf", $"local all {Role} peer map=anteroom\n", cancel);
        await WriteAsync("pg_ident.conf", $"anteroom \"{Environment.UserName}\" {Role}\n", cancel);
    }

    private Task WriteAsync(string name, string text, CancellationToken cancel) =>
        File.WriteAllTextAsync(Path.Combine(data.Postgres, name), text, cancel); // exists already: keeps owner and mode

    private async Task ChangeOwnerAsync(string folder, CancellationToken cancel)
    {
        var owner = string.Create(CultureInfo.InvariantCulture, $"{user!.Uid}:{user.Gid}");
        var (exitCode, _) = await EmbeddedPostgresCommand.RunAsync(
            new("chown") { ArgumentList = { "-R", "-h", owner, "--", folder } },
            cancel
        );
        if (exitCode != 0)
            throw new CannotStartException(
                $"The folder {folder} cannot be given to the user {user.Name}, who runs the database."
            );
    }
}
