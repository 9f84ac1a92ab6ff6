using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Admin;

/// <summary>What is in an export: <c>manifest.json</c>, which is written last.</summary>
/// <param name="Format">This version writes and reads 1.</param>
/// <param name="Version">The Anteroom that made it.</param>
/// <param name="MadeAt">When its snapshot was taken, UTC.</param>
/// <param name="HasSecrets">Whether passwords, second factors, tokens and keys are in it.</param>
/// <param name="Migrations">The schema: every migration that had been applied, in order.</param>
/// <param name="Tables">Each table's rows.</param>
/// <param name="Sequences">Where each sequence stands.</param>
/// <param name="Files">Each file of a lead.</param>
/// <param name="MissingFiles">Storage keys of files that the store had lost or had damaged.</param>
public sealed record ExportManifest(
    int Format,
    string Version,
    DateTimeOffset MadeAt,
    bool HasSecrets,
    IReadOnlyList<string> Migrations,
    IReadOnlyList<BackupTable> Tables,
    IReadOnlyList<BackupSequence> Sequences,
    IReadOnlyList<ExportedEntry> Files,
    IReadOnlyList<string> MissingFiles
)
{
    /// <summary>The format that this version writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Its name in the archive.</summary>
    public const string FileName = "manifest.json";

    internal static ExportManifest? Read(Stream json) =>
        JsonSerializer.Deserialize(json, ExportJson.Default.ExportManifest);
}

/// <summary>A file in an export.</summary>
/// <param name="Key">Where the store keeps it; below <c>files/</c> in the archive.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Of its content, lower-case hexadecimal.</param>
public sealed record ExportedEntry(string Key, long Bytes, string Sha256);

[JsonSerializable(typeof(ExportManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class ExportJson : JsonSerializerContext;
