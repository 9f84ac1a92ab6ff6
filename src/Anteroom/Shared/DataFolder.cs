using System.Globalization;

namespace Anteroom.Shared;

/// <summary>
/// The one folder that holds everything a firm must keep: database, resumes, mail and keys. Backing it up (with Anteroom stopped) and
/// moving it to another machine moves the firm.
/// </summary>
/// <remarks>
/// New folders are readable for their owner only (0700): resumes and the database are personal data. An existing folder keeps the
/// permissions that its owner gave it.
/// </remarks>
public sealed class DataFolder : IDisposable
{
    private FileStream? _lock;

    private DataFolder(string path) => Path = path;

    /// <summary>Absolute path of the folder.</summary>
    public string Path { get; }

    /// <summary>The private PostgreSQL's own files. As root it belongs to the database's user.</summary>
    public string Postgres => System.IO.Path.Combine(Path, "postgres");

    /// <summary>What the private PostgreSQL says; bounded in size.</summary>
    public string PostgresLog => System.IO.Path.Combine(Path, "postgres.log");

    /// <summary>Resume files, when they are kept on disk.</summary>
    public string Resumes => System.IO.Path.Combine(Path, "resumes");

    /// <summary>Messages written instead of sent, when no mail server is set.</summary>
    public string Mail => System.IO.Path.Combine(Path, "mail");

    /// <summary>Backups, unless they go elsewhere.</summary>
    public string Backups => System.IO.Path.Combine(Path, "backups");

    /// <summary>Keys that protect cookies and tokens.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");

    /// <summary>Whether this process holds the folder for itself.</summary>
    public bool IsLocked => _lock is not null;

    /// <summary>Opens the folder, creating it and its parts when missing.</summary>
    /// <param name="path">Absolute, or relative to the current folder.</param>
    /// <param name="create">False leaves missing what is missing.</param>
    /// <exception cref="CannotStartException">The folder cannot be created or written.</exception>
    public static DataFolder Open(string path, bool create = true)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var folder = new DataFolder(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        foreach (var part in create ? (string[])[folder.Path, folder.Resumes, folder.Mail, folder.Keys] : [])
            Create(part);
        return folder;
    }

    /// <summary>
    /// Takes the folder for this process until <see cref="Dispose"/> or the process's end, however it ends (the kernel holds the lock,
    /// so a lock file left behind by a killed process locks nobody out). Calling it again does nothing.
    /// </summary>
    /// <exception cref="CannotStartException">Another process holds the folder; the message says which.</exception>
    public void Lock()
    {
        if (_lock is not null)
            return;

        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix, close-on-exec: children such as PostgreSQL do not inherit it.
            _lock = new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (File.Exists(LockFile))
        {
            throw new CannotStartException(
                $"Another Anteroom{OwnersName()} is already using {Path}. "
                    + "Stop it first, or choose another folder with --data.",
                error
            );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(Path, error);
        }

        // A locked file cannot be read by others through .NET, so the number for the message above lies beside it.
        try
        {
            File.WriteAllText(PidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(Path, error);
        }
    }

    /// <summary>Gives the folder back.</summary>
    public void Dispose()
    {
        if (_lock is null)
            return;
        File.Delete(PidFile);
        _lock.Dispose();
        _lock = null;
    }

    private string LockFile => System.IO.Path.Combine(Path, "anteroom.lock");

    private string PidFile => System.IO.Path.Combine(Path, "anteroom.pid");

    private string OwnersName()
    {
        try
        {
            return int.TryParse(File.ReadAllText(PidFile), CultureInfo.InvariantCulture, out var pid)
                ? $" (process {pid.ToString(CultureInfo.InvariantCulture)})"
                : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static void Create(string part)
    {
        try
        {
            PrivateFolder.Create(part);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(part, error);
        }
    }

    private static CannotStartException Unusable(string path, Exception error) =>
        new(
            $"The data folder {path} cannot be used: {error.Message.TrimEnd('.')}. "
                + "Choose a folder that you may write to with --data.",
            error
        );
}
