using System.Diagnostics;
using System.Globalization;

namespace Anteroom.Postgres;

/// <summary>The unprivileged user who runs PostgreSQL when Anteroom itself runs as root.</summary>
/// <param name="Name">Login name.</param>
/// <param name="Uid">User number, never 0.</param>
/// <param name="Gid">Number of the user's own group.</param>
sealed record EmbeddedPostgresUser(string Name, uint Uid, uint Gid)
{
    /// <summary>
    /// Nobody else's: whatever else runs as <c>postgres</c> or <c>nobody</c> on the machine could read the files and stop the server.
    /// </summary>
    internal const string Own = "anteroom-db";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The user to run as, created when missing; null when this process is not root and PostgreSQL can simply be its child.</summary>
    /// <exception cref="CannotStartException">Root, and no suitable user or no way to become it.</exception>
    public static async Task<EmbeddedPostgresUser?> FindAsync(string? configured, CancellationToken cancel)
    {
        if (!Environment.IsPrivilegedProcess)
            return null;
        if (!OperatingSystem.IsLinux())
            throw new CannotStartException(
                "PostgreSQL does not run as root. Start Anteroom as a normal user, or configure a PostgreSQL server."
            );

        if (await LookUpAsync(configured ?? Own, cancel) is { } there)
            return there;
        return configured is null
            ? await CreateAsync(Own, cancel)
            : throw new CannotStartException(
                $"The setting Database:SystemUser names {configured}, who is not an unprivileged user of this machine."
            );
    }

    /// <summary>Makes a system user without a home, a password or a shell.</summary>
    internal static async Task<EmbeddedPostgresUser> CreateAsync(string name, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        var said = "there is no useradd program";
        foreach (var program in new[] { "/usr/sbin/useradd", "/sbin/useradd", "/usr/bin/useradd" }.Where(File.Exists))
        {
            do
            {
                var (exitCode, output) = await EmbeddedPostgresCommand.RunAsync(
                    new("/bin/sh")
                    {
                        ArgumentList =
                        {
                            "-c",
                            """exec "$@" 2>&1 </dev/null""",
                            "sh",
                            program,
                            "--system",
                            "--user-group",
                            "--no-create-home",
                            "--home-dir",
                            "/nonexistent",
                            "--shell",
                            "/usr/sbin/nologin",
                            "--",
                            name,
                        },
                    },
                    cancel
                );
                // Also when another Anteroom made it a moment ago.
                if (await LookUpAsync(name, cancel) is { } made)
                    return made;
                said = output.Trim();
                if (exitCode == 0 || !said.Contains("lock", StringComparison.Ordinal))
                    break;
                await Task.Delay(200, cancel); // somebody else changes the users of the machine
            } while (TimeProvider.System.GetElapsedTime(started) < Patience);
        }

        throw new CannotStartException(
            $"PostgreSQL does not run as root, and the user {name}, who would run it, cannot be created ({said}). Create it "
                + $"(useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {name}), name another unprivileged user "
                + "with the setting Database:SystemUser, or start Anteroom as a normal user."
        );
    }

    static async Task<EmbeddedPostgresUser?> LookUpAsync(string name, CancellationToken cancel) =>
        await NumberAsync("-u", name, cancel) is { } uid and not 0 && await NumberAsync("-g", name, cancel) is { } gid
            ? new(name, uid, gid)
            : null;

    static async Task<uint?> NumberAsync(string what, string name, CancellationToken cancel)
    {
        var command = new ProcessStartInfo("id") { ArgumentList = { what, "--", name } };
        var (exitCode, output) = await EmbeddedPostgresCommand.RunAsync(command, cancel);
        return exitCode == 0 && uint.TryParse(output.Trim(), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }
}
