using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Audit;

namespace Anteroom.Admin;

/// <summary>What is in a backup. The file <c>manifest.json</c>, which is written last.</summary>
/// <param name="Format">Of the files; this version writes and reads 1, and 2, whose files are encrypted.</param>
/// <param name="Version">The Anteroom that made it.</param>
/// <param name="MadeAt">When its snapshot was taken, UTC.</param>
/// <param name="Migrations">The schema: every migration that had been applied, in order.</param>
/// <param name="Tables">Each table's rows.</param>
/// <param name="Sequences">Where each sequence stands.</param>
/// <param name="Resumes">The list of resume files.</param>
/// <param name="MissingResumes">Storage keys of resumes that the store had lost or had damaged.</param>
/// <param name="Id">Tells its files from those of other backups.</param>
/// <param name="Audit">How far the audit log went: a log that is cut or made anew later shows by it.</param>
/// <param name="Key">The name of the key that its files are encrypted with; null when they are not.</param>
public sealed record BackupManifest(
    int Format,
    string Version,
    DateTimeOffset MadeAt,
    IReadOnlyList<string> Migrations,
    IReadOnlyList<BackupTable> Tables,
    IReadOnlyList<BackupSequence> Sequences,
    BackupResumes Resumes,
    IReadOnlyList<string> MissingResumes,
    Guid? Id = null,
    AuditHead? Audit = null,
    string? Key = null
)
{
    /// <summary>The format that this version writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The format of encrypted backups.</summary>
    public const int EncryptedFormat = 2;

    /// <summary>Its name in a backup's folder.</summary>
    public const string FileName = "manifest.json";

    /// <summary>A file of it, as its encryption knows it.</summary>
    internal string NameOf(string file) => $"{Id}/{file}";

    /// <summary>The rows of a table.</summary>
    public long RowsOf(string table) => Tables.FirstOrDefault(entry => entry.Name == table)?.Rows ?? 0;

    /// <summary>Reads a backup's manifest; null when there is none that can be read.</summary>
    public static async Task<BackupManifest?> ReadAsync(string folder, CancellationToken cancellation)
    {
        try
        {
            await using var file = File.OpenRead(Path.Combine(folder, FileName));
            return await JsonSerializer.DeserializeAsync(file, BackupJson.Default.BackupManifest, cancellation);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>The rows of one table, in PostgreSQL's text format of COPY, compressed with gzip.</summary>
/// <param name="Name">With its schema: <c>public.leads</c>.</param>
/// <param name="Columns">In the order of the file.</param>
/// <param name="Rows">How many.</param>
/// <param name="File">In the backup's folder.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
public sealed record BackupTable(string Name, IReadOnlyList<string> Columns, long Rows, string File, string Sha256);

/// <summary>Where a sequence stands.</summary>
/// <param name="Name">With its schema.</param>
/// <param name="Last">The last number.</param>
/// <param name="IsCalled">Whether that number was given out.</param>
public sealed record BackupSequence(string Name, long Last, bool IsCalled);

/// <summary>The list of resume files, which lie in the pool that all backups share.</summary>
/// <param name="File">In the backup's folder: a line a file, <c>key SHA-256 bytes</c>, compressed with gzip.</param>
/// <param name="Sha256">Of that list.</param>
/// <param name="Count">How many files.</param>
/// <param name="Bytes">Their size together.</param>
public sealed record BackupResumes(string File, string Sha256, long Count, long Bytes);

[JsonSerializable(typeof(BackupManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class BackupJson : JsonSerializerContext;
