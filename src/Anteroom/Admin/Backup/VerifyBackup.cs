using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Anteroom.Resumes;

namespace Anteroom.Admin;

/// <summary>Holds every file of a backup against its manifest.</summary>
public sealed class VerifyBackup(BackupSeal seal)
{
    /// <summary>Reads the manifest of a backup.</summary>
    /// <exception cref="CannotStartException">There is none, or its format is unknown.</exception>
    public static async Task<BackupManifest> ReadManifestAsync(string path, CancellationToken cancellation)
    {
        var manifest =
            await BackupManifest.ReadAsync(path, cancellation)
            ?? throw new CannotStartException($"{path} is no complete backup: it has no {BackupManifest.FileName}.");
        return manifest.Format is BackupManifest.CurrentFormat or BackupManifest.EncryptedFormat
            ? manifest
            : throw new CannotStartException(
                $"{path} was made by another version of Anteroom ({manifest.Version}), whose format this one cannot read."
            );
    }

    /// <summary>What is wrong with it, file by file; nothing when it is as it was made.</summary>
    /// <param name="path">The backup's folder; the pool of files lies beside it.</param>
    /// <param name="manifest">Its manifest.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="StorageUnavailableException">It is encrypted, and its key is missing or another one.</exception>
    public async IAsyncEnumerable<string> ProblemsAsync(
        string path,
        BackupManifest manifest,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        if (manifest.Key is not null)
        {
            // First, so that a wrong key is called a wrong key.
            var list = Path.Combine(path, Path.GetFileName(manifest.Resumes.File));
            if (File.Exists(list))
                await (await seal.OpenAsync(list, manifest.NameOf(manifest.Resumes.File), cancellation)).DisposeAsync();
            var signature = Path.Combine(path, BackupSeal.SignatureFile);
            var problem = seal.ProblemOf(
                await File.ReadAllBytesAsync(Path.Combine(path, BackupManifest.FileName), cancellation),
                File.Exists(signature) ? await File.ReadAllTextAsync(signature, cancellation) : null
            );
            if (problem is not null)
                yield return $"The backup is damaged: {problem}.";
        }

        var listIsWhole = true;
        foreach (var table in manifest.Tables)
            if (await StoredProblemAsync(path, table.File, table.Sha256, cancellation) is { } problem)
                yield return problem;
        if (await StoredProblemAsync(path, manifest.Resumes.File, manifest.Resumes.Sha256, cancellation) is { } lost)
        {
            listIsWhole = false;
            yield return lost;
        }

        if (listIsWhole)
            await foreach (var file in BackupFolder.ReadFilesAsync(path, manifest, seal, cancellation))
                if (
                    await PlainProblemAsync(
                        BackupFolder.PoolPathOf(Path.GetDirectoryName(path)!, file.Key),
                        file,
                        cancellation
                    ) is
                    { } problem
                )
                    yield return problem;
    }

    private static async Task<string?> StoredProblemAsync(
        string path,
        string name,
        string sha256,
        CancellationToken cancellation
    )
    {
        var file = Path.Combine(path, Path.GetFileName(name));
        return !File.Exists(file) ? Missing(file)
            : await BackupFile.HashAsync(file, cancellation) != sha256 ? Damaged(file)
            : null;
    }

    private async Task<string?> PlainProblemAsync(string path, BackedUpFile file, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            return Missing(path);
        try
        {
            await using var content = await seal.OpenAsync(path, BackupFolder.PoolNameOf(file.Key), cancellation);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation)) == file.Sha256
                ? null
                : Damaged(path);
        }
        catch (DamagedResumeException)
        {
            return Damaged(path);
        }
    }

    private static string Missing(string file) => $"The backup is not complete: {file} is missing.";

    private static string Damaged(string file) => $"The backup is damaged: {file} is not what was written.";
}
