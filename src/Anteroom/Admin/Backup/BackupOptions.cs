namespace Anteroom.Admin;

/// <summary>Where backups go and how long they stay. Section <c>Backup</c>.</summary>
public sealed class BackupOptions
{
    /// <summary>The folder that holds them; created when it is missing. Default: <c>backups</c> in the data folder.</summary>
    public string Folder { get; set; } = "backups";

    /// <summary>Days a backup is kept; the newest one stays whatever its age.</summary>
    public int KeepDays { get; set; } = 7;
}
