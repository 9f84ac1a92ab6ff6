using System.Globalization;
using Anteroom.Data;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>A backup that is complete.</summary>
/// <param name="Name">The folder's name, which sorts by time.</param>
/// <param name="Path">The folder.</param>
/// <param name="Manifest">What is in it.</param>
public sealed record KeptBackup(string Name, string Path, BackupManifest Manifest);

/// <summary>
/// The folder of backups: one folder for each, named by the instant of its snapshot, and <c>files/</c>, the pool of resume files
/// that they share. A folder whose name begins with a dot is being made, or was left by a process that died.
/// </summary>
public sealed class BackupFolder(IOptions<BackupOptions> options, BackupSeal seal, Node node)
{
    private const string NameFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'";
    private const string Pool = "files";

    /// <summary>Absolute path.</summary>
    public string Path { get; } =
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(options.Value.Folder));

    /// <summary>A backup's name by the instant of its snapshot.</summary>
    public static string NameOf(DateTimeOffset at) => at.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture);

    /// <summary>Where a backup lies when it is complete.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Where it is made.</summary>
    public string UnfinishedPathOf(string name) => System.IO.Path.Combine(Path, "." + name);

    /// <summary>Where the pool keeps a resume.</summary>
    /// <param name="backups">The folder of backups.</param>
    /// <param name="key">The store's key.</param>
    public static string PoolPathOf(string backups, string key) => System.IO.Path.Combine(backups, Pool, key);

    /// <summary>A resume in the pool, as its encryption knows it.</summary>
    internal static string PoolNameOf(string key) => $"{Pool}/{key}";

    /// <summary>Every complete backup, newest first.</summary>
    public async Task<IReadOnlyList<KeptBackup>> ListAsync(CancellationToken cancellation)
    {
        if (!Directory.Exists(Path))
            return [];
        var found = new List<KeptBackup>();
        foreach (var folder in Directory.EnumerateDirectories(Path))
        {
            var name = System.IO.Path.GetFileName(folder);
            if (IsName(name) && await BackupManifest.ReadAsync(folder, cancellation) is { } manifest)
                found.Add(new KeptBackup(name, folder, manifest));
        }

        return [.. found.OrderByDescending(backup => backup.Name, StringComparer.Ordinal)];
    }

    /// <summary>Deletes backups older than the setting says, unfinished ones, and files of the pool that no backup names anymore.</summary>
    /// <remarks>Only while no backup is being made. A backup goes before its files, so that none is ever without one.</remarks>
    public async Task<int> PruneAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var kept = await ListAsync(cancellation);
        var oldest = now.AddDays(-options.Value.KeepDays);
        var old = kept.Skip(1).Where(backup => backup.Manifest.MadeAt < oldest).ToList();
        foreach (var backup in old)
            Remove(backup.Path);
        foreach (var folder in Directory.EnumerateDirectories(Path, ".*"))
            if (IsName(System.IO.Path.GetFileName(folder)[1..]))
                Directory.Delete(folder, recursive: true);

        // A continuous backup in this folder shares the pool, and knows what else is needed.
        if (options.Value.Continuous == BackupOptions.Disk && node.IsAlone)
            return old.Count;
        if (await NamedAsync(cancellation) is not { } named)
            return old.Count;
        var pool = System.IO.Path.Combine(Path, Pool);
        if (Directory.Exists(pool))
            foreach (var file in Directory.EnumerateFiles(pool, "*", SearchOption.AllDirectories))
                if (!named.Contains(System.IO.Path.GetRelativePath(pool, file).Replace('\\', '/')))
                    File.Delete(file);
        return old.Count;
    }

    /// <summary>The files that complete backups name; null when nobody can tell, as the key of one is missing: then all have to stay.</summary>
    internal async Task<HashSet<string>?> NamedAsync(CancellationToken cancellation)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (var backup in await ListAsync(cancellation))
            await foreach (var file in ReadFilesAsync(backup.Path, backup.Manifest, seal, cancellation))
                named.Add(file.Key);
            return named;
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    /// <summary>The resume files of a backup.</summary>
    internal static async IAsyncEnumerable<BackedUpFile> ReadFilesAsync(
        string backup,
        BackupManifest manifest,
        BackupSeal seal,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await using var list = await BackupFile.OpenCompressedAsync(
            System.IO.Path.Combine(backup, System.IO.Path.GetFileName(manifest.Resumes.File)),
            seal,
            manifest.NameOf(manifest.Resumes.File),
            cancellation
        );
        using var reader = new StreamReader(list);
        while (await reader.ReadLineAsync(cancellation) is { } line)
            if (line.Split(' ') is [var key, var sha256, var bytes])
                yield return new(key, sha256, long.Parse(bytes, CultureInfo.InvariantCulture));
    }

    // Out of sight first: a backup that is half deleted must not look like one.
    private void Remove(string backup)
    {
        var gone = UnfinishedPathOf(System.IO.Path.GetFileName(backup));
        Directory.Move(backup, gone);
        SystemCalls.FlushFolder(Path);
        Directory.Delete(gone, recursive: true);
    }

    private static bool IsName(string name) =>
        DateTime.TryParseExact(name, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}

/// <summary>A resume file in a backup.</summary>
/// <param name="Key">The store's key, also the path in the pool.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record BackedUpFile(string Key, string Sha256, long Bytes);
