namespace Anteroom.Resumes;

/// <summary>A file that was received and inspected but is not durable yet. Disposing one that was not kept deletes it.</summary>
public sealed class StagedResume : IAsyncDisposable
{
    /// <summary>The name to show, cleaned: no path, no control characters, at most 200 characters, never empty.</summary>
    public required string FileName { get; init; }

    /// <summary>The type found in the content; null when it is none that is accepted.</summary>
    public required ResumeType? Type { get; init; }

    /// <summary>Size in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the content, 32 bytes.</summary>
    public required byte[] Sha256 { get; init; }

    /// <summary>Why the file cannot be accepted, as a sentence for the prospect; null when it can.</summary>
    public string? Problem { get; init; }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
