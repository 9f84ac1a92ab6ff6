namespace Anteroom.Resumes;

/// <summary>Where resumes are kept and how large they may be. Section <c>Resumes</c>.</summary>
public sealed class ResumeOptions
{
    /// <summary>Where new files go: <c>disk</c>, the folder, or <c>s3</c>, the bucket of <see cref="BucketOptions"/>. Files are found in either.</summary>
    public string Store { get; set; } = DiskStore.ItsName;

    /// <summary>
    /// The folder that holds them; created when it is missing. Relative to the data folder. Files for a bucket are received here as well.
    /// </summary>
    public string Folder { get; set; } = "resumes";

    /// <summary>
    /// The keys that files are encrypted with: <c>name:BASE64</c> of 32 bytes, separated by commas. The first writes, all read. Empty: files
    /// are not encrypted.
    /// </summary>
    public string? EncryptionKeys { get; set; }

    /// <summary>The largest file accepted, in bytes; 10 MB (of 1,024 × 1,024 bytes each) unless set.</summary>
    public long MaxBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>How long an upload may take; then it is stopped with a 408 and frees its place.</summary>
    public TimeSpan UploadTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The slowest upload allowed after <see cref="SlowUploadGrace"/>, in bytes per second.</summary>
    public int SlowestUpload { get; set; } = 240;

    /// <summary>How long an upload may be slower than <see cref="SlowestUpload"/>.</summary>
    public TimeSpan SlowUploadGrace { get; set; } = TimeSpan.FromSeconds(10);
}
