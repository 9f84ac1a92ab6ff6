using System.Security.Cryptography;
using Anteroom.Work;

namespace Anteroom.Resumes;

/// <summary>What the store has is not what the prospect sent. It is handed out to nobody; a backup brings it back.</summary>
internal sealed class DamagedResumeException()
    : StorageUnavailableException(
        "The file in the store is not the one that was received: it was changed, cut or exchanged. A restore from the backup brings it back."
    );

/// <summary>Opens a resume for reading, and holds it against its row first: what a disk or somebody else has changed raises an alarm.</summary>
public sealed partial class ReadResume(IResumeStore store, Alarms alarms, ILogger<ReadResume> logger)
{
    /// <summary>The file from its beginning; null when it is not in the store.</summary>
    /// <exception cref="DamagedResumeException">Its size or SHA-256 is another.</exception>
    /// <exception cref="LockedResumeException">It is encrypted, and its key is not in the settings.</exception>
    /// <exception cref="StorageUnavailableException">The store cannot be read at the moment.</exception>
    public async Task<Stream?> OpenAsync(Resume resume, CancellationToken cancellation)
    {
        Stream? content;
        try
        {
            content = await store.OpenAsync(resume.StorageKey, cancellation);
        }
        catch (LockedResumeException locked)
        {
            Log.Locked(logger, resume.StorageKey, locked.Message);
            await alarms.RaiseAsync(ResumeAlarms.Locked, locked.Message, cancellation);
            throw;
        }

        if (content is null)
        {
            Log.Missing(logger, resume.StorageKey);
            await alarms.RaiseAsync(ResumeAlarms.Damaged, ResumeAlarms.WordsFor(resume.StorageKey), cancellation);
            return null;
        }

        try
        {
            if (await IsWholeAsync(content, resume.Bytes, resume.Sha256, cancellation))
            {
                content.Position = 0;
                return content;
            }

            Log.Damaged(logger, resume.StorageKey);
            await alarms.RaiseAsync(ResumeAlarms.Damaged, ResumeAlarms.WordsFor(resume.StorageKey), cancellation);
            throw new DamagedResumeException();
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    /// <summary>A link to the file in its bucket; null when links are off or it is not there. The file is not verified then.</summary>
    /// <param name="resume">What somebody may read; who may is settled before.</param>
    /// <param name="fileName">From <see cref="ResumeFileName"/>.</param>
    /// <param name="cancellation">Stops.</param>
    public Task<string?> LinkAsync(Resume resume, string fileName, CancellationToken cancellation) =>
        store.LinkAsync(
            resume.StorageKey,
            resume.Bytes,
            ResumeFile.Disposition(fileName),
            resume.Type.ToContentType(),
            cancellation
        );

    internal static async Task<bool> IsWholeAsync(
        Stream content,
        long bytes,
        byte[] sha256,
        CancellationToken cancellation
    )
    {
        try
        {
            return content.Length == bytes
                && (await SHA256.HashDataAsync(content, cancellation)).AsSpan().SequenceEqual(sha256);
        }
        catch (DamagedResumeException) // what was encrypted does not decrypt
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "The resume file {Key} is not what was received: it was changed or cut")]
        public static partial void Damaged(ILogger logger, string key);

        [LoggerMessage(2, LogLevel.Critical, "The resume file {Key} is not in the store")]
        public static partial void Missing(ILogger logger, string key);

        [LoggerMessage(3, LogLevel.Critical, "The resume file {Key} cannot be read: {Reason}")]
        public static partial void Locked(ILogger logger, string key, string reason);
    }
}

/// <summary>What is raised about files.</summary>
internal static class ResumeAlarms
{
    /// <summary>Files are missing, changed or cut.</summary>
    public const string Damaged = "resumes_damaged";

    /// <summary>Files are encrypted, and the key is not in the settings.</summary>
    public const string Locked = "resumes_locked";

    public static string WordsFor(string key) => AlarmTexts.In(AlarmTexts.ResumeDamaged, key);
}
