using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Anteroom.Postgres;

/// <summary>
/// The folder of the unix socket: short (a socket's path is limited to 107 bytes, 103 on macOS; see unix(7)), closed to other users, and
/// with a new random name at every start, so that nobody can have prepared it.
/// </summary>
internal sealed class EmbeddedPostgresSocket : IDisposable
{
    // "/anteroom-" + 16 digits + "/.s.PGSQL.5432" are 40 bytes.
    private const int LongestParent = 60;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _note;

    private EmbeddedPostgresSocket(string folder, string note) => (Folder, _note) = (folder, note);

    /// <summary>Absolute path; what PostgreSQL's clients call the host.</summary>
    public string Folder { get; }

    /// <summary>Makes the folder and notes it in the data folder (<c>psql -h "$(cat data/postgres.socket)"</c>).</summary>
    [UnsupportedOSPlatform("windows")]
    public static async Task<EmbeddedPostgresSocket> CreateAsync(
        DataFolder data,
        EmbeddedPostgresUser? user,
        CancellationToken cancel
    )
    {
        var note = NoteOf(data);
        if (File.Exists(note))
            Remove((await File.ReadAllTextAsync(note, cancel)).Trim());

        var name = "anteroom-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        foreach (var parent in Parents())
        {
            var folder = Path.Combine(parent, name);
            try
            {
                Directory.CreateDirectory(folder, OwnerOnly);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            if (user is not null)
                await EmbeddedPostgresCommand.RunAsync(
                    new("chown")
                    {
                        ArgumentList =
                        {
                            string.Create(CultureInfo.InvariantCulture, $"{user.Uid}:{user.Gid}"),
                            folder,
                        },
                    },
                    cancel
                );
            await File.WriteAllTextAsync(note, folder + "\n", cancel);
            return new(folder, note);
        }

        throw new CannotStartException(
            "There is no place for the database's socket: neither /run nor the temporary folder can be written."
        );
    }

    /// <summary>The folder that a running server has noted; null when there is none.</summary>
    public static string? Find(DataFolder data)
    {
        try
        {
            return File.ReadAllText(NoteOf(data)).Trim() is { Length: > 0 } folder && Path.Exists(folder)
                ? folder
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string NoteOf(DataFolder data) => Path.Combine(data.Path, "postgres.socket");

    /// <summary>Removes the folder and the note.</summary>
    public void Dispose()
    {
        Remove(Folder);
        File.Delete(_note);
    }

    private static IEnumerable<string> Parents()
    {
        // /run belongs to root, so that the whole path is beyond other users' reach.
        if (Environment.IsPrivilegedProcess)
            yield return "/run";
        else if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 and <= LongestParent } runtime)
            yield return runtime;
        if (Path.TrimEndingDirectorySeparator(Path.GetTempPath()) is { Length: <= LongestParent } temporary)
            yield return temporary;
        yield return "/tmp";
    }

    /// <summary>Removes a socket folder, and nothing that is not one.</summary>
    private static void Remove(string folder)
    {
        if (!Path.GetFileName(folder).StartsWith("anteroom-", StringComparison.Ordinal))
            return;
        try
        {
            if (new DirectoryInfo(folder) is not { Exists: true, LinkTarget: null })
                return;
            File.Delete(Path.Combine(folder, ".s.PGSQL.5432"));
            File.Delete(Path.Combine(folder, ".s.PGSQL.5432.lock"));
            Directory.Delete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A leftover of another user or of another kind; it harms nobody.
        }
    }
}
