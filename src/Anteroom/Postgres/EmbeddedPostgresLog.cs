using System.Text;

namespace Anteroom.Postgres;

/// <summary>PostgreSQL's own log: one file of bounded size, and the sentence behind its last lines when a start fails.</summary>
internal sealed class EmbeddedPostgresLog(DataFolder data)
{
    /// <summary>Bytes kept when the log is cut.</summary>
    private const int Kept = 1 << 20;

    /// <summary>Bytes the log may reach before it is cut.</summary>
    private const int Limit = 8 << 20;

    /// <summary>The file's length now, to tell a later start's lines from earlier ones.</summary>
    public long Length => File.Exists(data.PostgresLog) ? new FileInfo(data.PostgresLog).Length : 0;

    /// <summary>Cuts a log that has grown too long to its last lines. PostgreSQL appends, so it can be running.</summary>
    public void Trim()
    {
        try
        {
            TrimFile();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A long log is no reason to stop a database.
        }
    }

    private void TrimFile()
    {
        if (Length <= Limit)
            return;
        var end = ReadFrom(Length - Kept);
        using var file = new FileStream(data.PostgresLog, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(end));
    }

    /// <summary>Turns what PostgreSQL wrote since <paramref name="offset"/> into a sentence for the operator.</summary>
    public CannotStartException Explain(long offset) => Explain(ReadFrom(offset));

    /// <summary>Turns PostgreSQL's last words into a sentence for the operator.</summary>
    public CannotStartException Explain(string words)
    {
        var folder = data.Postgres;
        var sentence = words switch
        {
            _ when words.Contains("No space left on device", StringComparison.Ordinal) =>
                $"The disk that holds {data.Path} is full. Free some space and start Anteroom again.",
            _ when words.Contains("database files are incompatible with server", StringComparison.Ordinal) =>
                $"The database in {folder} was made by PostgreSQL {VersionOf(folder)}, which is not the version that this Anteroom "
                    + "brings. Start it with the Anteroom that made it, or choose another folder with --data.",
            _ when words.Contains("setpriv:", StringComparison.Ordinal) =>
                "Anteroom runs as root but may not start the database as another user, as PostgreSQL demands. "
                    + "Start Anteroom as a normal user.",
            _ when words.Contains("could not look up effective user ID", StringComparison.Ordinal) =>
                "The user who runs Anteroom has no entry in this machine's list of users (/etc/passwd), which PostgreSQL demands.",
            _ when words.Contains("wrong ownership", StringComparison.Ordinal)
                    || words.Contains("Permission denied", StringComparison.Ordinal) =>
                $"The database in {folder} may not be used by this user. Start Anteroom as the user who started it first, "
                    + "or choose another folder with --data.",
            _ => "The private PostgreSQL could not be started.",
        };
        var last = string.Join(Environment.NewLine, Lines(words).TakeLast(8).Select(line => "  " + line));
        return new CannotStartException(
            last.Length == 0 ? sentence : $"{sentence} It said:{Environment.NewLine}{last}"
        );
    }

    private string ReadFrom(long offset)
    {
        if (!File.Exists(data.PostgresLog))
            return "";
        using var file = new FileStream(data.PostgresLog, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(Math.Clamp(offset, Math.Max(0, file.Length - Kept), file.Length), SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    private static string[] Lines(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string VersionOf(string folder) => File.ReadAllText(Path.Combine(folder, "PG_VERSION")).Trim();
}
