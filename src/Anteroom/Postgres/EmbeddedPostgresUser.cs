using System.Diagnostics;
using System.Globalization;

namespace Anteroom.Postgres;

/// <summary>The unprivileged user who runs PostgreSQL when Anteroom itself runs as root.</summary>
/// <param name="Name">Login name.</param>
/// <param name="Uid">User number, never 0.</param>
/// <param name="Gid">Number of the user's own group.</param>
internal sealed record EmbeddedPostgresUser(string Name, uint Uid, uint Gid)
{
    private static readonly string[] Candidates = ["anteroom", "postgres", "nobody"];

    /// <summary>The user to run as; null when this process is not root and PostgreSQL can simply be its child.</summary>
    /// <exception cref="CannotStartException">Root, and no suitable user or no way to become it.</exception>
    public static async Task<EmbeddedPostgresUser?> FindAsync(string? configured, CancellationToken cancel)
    {
        if (!Environment.IsPrivilegedProcess)
            return null;
        if (!OperatingSystem.IsLinux())
            throw new CannotStartException(
                "PostgreSQL does not run as root. Start Anteroom as a normal user, or configure a PostgreSQL server."
            );

        foreach (var name in configured is null ? Candidates : [configured])
        {
            if (
                await NumberAsync("-u", name, cancel) is { } uid and not 0
                && await NumberAsync("-g", name, cancel) is { } gid
            )
                return new(name, uid, gid);
        }

        throw new CannotStartException(
            configured is null
                ? "PostgreSQL does not run as root, and this machine has none of the users anteroom, postgres and nobody. "
                    + "Name one with the setting Database:SystemUser, or start Anteroom as a normal user."
                : $"The setting Database:SystemUser names {configured}, who is not an unprivileged user of this machine."
        );
    }

    private static async Task<uint?> NumberAsync(string what, string name, CancellationToken cancel)
    {
        var command = new ProcessStartInfo("id") { ArgumentList = { what, "--", name } };
        var (exitCode, output) = await EmbeddedPostgresCommand.RunAsync(command, cancel);
        return exitCode == 0 && uint.TryParse(output.Trim(), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }
}
