using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>What became of a file.</summary>
/// <param name="Kept">Its row to be; null when it was not taken.</param>
/// <param name="Remark">Why it was not, a sentence; null when it was.</param>
internal sealed record TakenFile(ImportedFile? Kept, string? Remark);

/// <summary>
/// Takes the files of another system: by the rules of every upload. What is refused is copied, unopened, to where a person finds it.
/// </summary>
internal sealed class SourceFiles(
    IResumeStore store,
    IOptions<ResumeOptions> options,
    DataFolder data,
    TimeProvider time
)
{
    /// <summary>Where refused files of an import lie.</summary>
    public string RefusedFolder(Guid import) => Path.Combine(data.Path, "imports", import.ToString(), "refused");

    /// <summary>Takes a file.</summary>
    /// <param name="folder">The other system's folder of files; null: there is none.</param>
    /// <param name="name">Where the file is below it, in the other system's words.</param>
    /// <param name="line">Whose it is, to name what is refused.</param>
    /// <param name="import">The import; null for a dry run, which keeps nothing.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<TakenFile> TakeAsync(
        string? folder,
        string name,
        long line,
        Guid? import,
        CancellationToken cancellation
    )
    {
        if (folder is null)
            return new(null, $"Its file {name} was not looked for: no folder of files was given.");
        if (Find(folder, name) is not { } path)
            return new(null, $"Its file {name} is not in the folder of files.");
        try
        {
            await using var content = File.OpenRead(path);
            await using var staged = await store.StageAsync(
                content,
                Path.GetFileName(path),
                options.Value.MaxBytes,
                cancellation
            );
            if (staged.WhyNot(photos: true) is { } problem)
            {
                if (import is { } id)
                    Copy(path, RefusedFolder(id), line);
                return new(null, $"Its file {name} was not taken. {problem}");
            }

            return import is null
                ? new(null, null)
                : new(
                    new ImportedFile(
                        Guid.CreateVersion7(time.GetUtcNow()),
                        staged.FileName,
                        staged.Type!.Value,
                        staged.Bytes,
                        staged.Sha256,
                        await store.KeepAsync(staged, cancellation)
                    ),
                    null
                );
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return new(null, $"Its file {name} cannot be read: {error.Message}");
        }
    }

    /// <summary>Deletes a file that no lead needs.</summary>
    public Task DiscardAsync(string key) => store.DeleteAsync(key, CancellationToken.None);

    /// <summary>
    /// The file, below the folder; null when there is none. A path of the other machine is followed from its end, as far as it fits. What
    /// leads out of the folder, by dots or by a link, is not followed.
    /// </summary>
    private static string? Find(string folder, string name)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parts = name.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (
            parts.Length == 0
            || parts.Any(part => part is "." or ".." || part.Contains('\0', StringComparison.Ordinal))
        )
            return null;
        for (var from = 0; from < parts.Length; from++)
        {
            var path = Path.Combine([root, .. parts[from..]]);
            if (File.Exists(path))
                return IsBelow(root, path) ? path : null;
        }

        return null;
    }

    private static bool IsBelow(string root, string path)
    {
        for (var at = path; at.Length > root.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null)
                return false;
        return true;
    }

    private static void Copy(string path, string folder, long line)
    {
        PrivateFolder.Create(folder);
        File.Copy(
            path,
            Path.Combine(
                folder,
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{line}-{ResumeFileName.Clean(Path.GetFileName(path))}"
                )
            ),
            overwrite: true
        );
    }
}
