namespace Anteroom.Resumes;

/// <summary>
/// A file that was received and inspected but is not durable yet. Disposing one that was not kept deletes it. Each store
/// has its own kind, which knows where the bytes are.
/// </summary>
public class StagedResume : IAsyncDisposable
{
    /// <summary>The name to show, cleaned: no path, no control characters, at most 200 characters, never empty. May be set until the file is kept: JSON names it after its content.</summary>
    public required string FileName { get; set; }

    /// <summary>The type found in the content; null when it is none that is kept.</summary>
    public required ResumeType? Type { get; init; }

    /// <summary>Size in bytes; of a file that is too large, what was read of it.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the content, 32 bytes; of a file that is too large, empty.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>Why the file cannot be kept at all, as a sentence; null when it can. Not every file that can is a resume.</summary>
    public Sentence? Problem { get; init; }

    /// <summary>It was longer than it may be; <see cref="Problem"/> says so.</summary>
    public bool IsTooLarge => Problem is not null && Sha256.Length == 0;

    /// <summary>Of a photo: why prospects cannot send it as one; null when they can, and for everything else.</summary>
    public Sentence? PhotoProblem { get; init; }

    /// <summary>Why it cannot be taken from a prospect, as sentences; null when it can.</summary>
    /// <param name="photos">Whether photos are taken, beside resumes.</param>
    public Sentence? WhyNot(bool photos) =>
        IsTooLarge ? Problem : new ResumeInspection(Type, Problem) { PhotoProblem = PhotoProblem }.WhyNot(photos);

    /// <summary>Deletes the file unless it was kept. Never throws, may be called twice.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
