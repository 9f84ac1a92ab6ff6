namespace Anteroom.Admin;

/// <summary>Where backups go and how long they stay. Section <c>Backup</c>.</summary>
public sealed class BackupOptions
{
    /// <summary>The folder that holds them; created when it is missing. Default: <c>backups</c> in the data folder.</summary>
    public string Folder { get; set; } = "backups";

    /// <summary>Days a backup is kept; the newest one stays whatever its age.</summary>
    public int KeepDays { get; set; } = 7;

    /// <summary>
    /// The keys that backups are encrypted with, as <c>Resumes:EncryptionKeys</c> is written. The first writes, all read. Empty: backups are
    /// not encrypted.
    /// </summary>
    public string? EncryptionKeys { get; set; }

    /// <summary>
    /// The log of the private PostgreSQL is archived all the time, so that any moment can be restored: <c>disk</c>, in the folder, or
    /// <c>s3</c>, in the bucket of <c>Backup:Bucket</c>. Empty: it is not.
    /// </summary>
    public string? Continuous { get; set; }

    /// <summary>How often the log is archived: what a loss of the disk costs at most.</summary>
    public TimeSpan ContinuousEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary><see cref="Continuous"/> in the folder.</summary>
    internal const string Disk = "disk";

    /// <summary><see cref="Continuous"/> in a bucket.</summary>
    internal const string Bucket = "s3";

    /// <summary>The section of that bucket.</summary>
    internal const string BucketSection = "Backup:Bucket";
}
