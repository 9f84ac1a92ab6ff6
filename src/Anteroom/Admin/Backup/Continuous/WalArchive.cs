using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>A copy of the private PostgreSQL's files, from which its log leads on.</summary>
/// <param name="Name">Sorts by time.</param>
/// <param name="Version">The Anteroom that made it.</param>
/// <param name="Postgres">The major version of PostgreSQL: no other can read it.</param>
/// <param name="StartedAt">When it was begun, UTC.</param>
/// <param name="StoppedAt">The first instant that can be restored from it, UTC.</param>
/// <param name="StartSegment">The first segment of the log that it needs.</param>
/// <param name="StopSegment">The last one that it needs in any case.</param>
/// <param name="Parts">SHA-256 of each part before it is sealed, in order.</param>
/// <param name="Key">The key that it is encrypted with; null for none.</param>
internal sealed record ArchivedBase(
    string Name,
    string Version,
    int Postgres,
    DateTimeOffset StartedAt,
    DateTimeOffset StoppedAt,
    string StartSegment,
    string StopSegment,
    IReadOnlyList<string> Parts,
    string? Key
)
{
    internal string Folder => $"bases/{Name}/";

    /// <summary>The files of leads that its rows name, a line each.</summary>
    internal string ListName => $"{Folder}files";

    internal string PartName(int part) => FormattableString.Invariant($"{Folder}part-{part:0000}");
}

[JsonSerializable(typeof(ArchivedBase))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class ArchiveJson : JsonSerializerContext;

/// <summary>
/// The archive of a continuous backup: <c>bases/NAME/part-0000 …</c> with <c>base.json</c>, <c>wal/SEGMENT</c>, and <c>files/KEY</c>.
/// Everything in it is compressed and sealed as backups are.
/// </summary>
internal sealed class WalArchive(
    IOptions<BackupOptions> options,
    IOptionsMonitor<BucketOptions> buckets,
    BackupFolder folder,
    BackupSeal seal,
    DataFolder data
) : IDisposable
{
    internal const string Wal = "wal/";
    private const string Bases = "bases/";
    private const string Description = "base.json";
    private const string Signature = "base.signature";

    private IArchivePlace? _place;

    /// <summary>Whether there is to be one.</summary>
    public bool IsOn => options.Value.Continuous is { Length: > 0 };

    /// <summary>Where it is.</summary>
    public IArchivePlace Place =>
        _place ??=
            options.Value.Continuous == BackupOptions.Bucket
                ? new BucketArchive(buckets.Get(BackupOptions.BucketSection))
                : new FolderArchive(Root ?? folder.Path);

    /// <summary>Another folder of backups, for a restore.</summary>
    public string? Root { get; set; }

    /// <summary>Where files lie on their way; emptied by whoever begins.</summary>
    public string Scratch
    {
        get
        {
            var path = Path.Combine(data.Path, "archiving");
            PrivateFolder.Create(path);
            return path;
        }
    }

    /// <summary>Keeps the content of a file under a name.</summary>
    public async Task KeepAsync(string name, Stream content, bool compress, CancellationToken cancellation)
    {
        var file = Path.Combine(Scratch, Guid.NewGuid().ToString("N"));
        try
        {
            await using (var target = BackupFile.Create(file))
            await using (var sealedFile = seal.Write(target, name))
                if (compress)
                {
                    await using var gzip = new GZipStream(sealedFile, CompressionLevel.Fastest, leaveOpen: true);
                    await content.CopyToAsync(gzip, cancellation);
                }
                else
                    await content.CopyToAsync(sealedFile, cancellation);
            await Place.PutAsync(name, file, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The content of what was kept, which goes away with the stream; null when there is none of that name.</summary>
    /// <exception cref="StorageUnavailableException">The key is missing, or the place does not answer.</exception>
    public async Task<Stream?> OpenAsync(string name, bool compressed, CancellationToken cancellation)
    {
        var file = Path.Combine(Scratch, Guid.NewGuid().ToString("N"));
        try
        {
            if (!await Place.FetchAsync(name, file, cancellation))
                return null;
            var content = await seal.OpenAsync(file, name, cancellation);
            return compressed ? new GZipStream(content, CompressionMode.Decompress) : content;
        }
        finally
        {
            // What is open stays readable.
            File.Delete(file);
        }
    }

    /// <summary>Every complete base, the newest first.</summary>
    public async Task<List<ArchivedBase>> BasesAsync(CancellationToken cancellation)
    {
        var names = new List<string>();
        await foreach (var found in Place.ListAsync(Bases, cancellation))
            if (found.Name.EndsWith($"/{Description}", StringComparison.Ordinal))
                names.Add(found.Name);
        var bases = new List<ArchivedBase>();
        foreach (var name in names)
            if (await ReadBaseAsync(name, cancellation) is { } found)
                bases.Add(found);
        return [.. bases.OrderByDescending(one => one.Name, StringComparer.Ordinal)];
    }

    private async Task<ArchivedBase?> ReadBaseAsync(string name, CancellationToken cancellation)
    {
        var content = await BytesAsync(name, cancellation);
        var found = content is null ? null : JsonSerializer.Deserialize(content, ArchiveJson.Default.ArchivedBase);
        if (found?.Key is not null)
        {
            var mac = await BytesAsync(found.Folder + Signature, cancellation);
            if (seal.ProblemOf(content!, mac is null ? null : System.Text.Encoding.ASCII.GetString(mac)) is { } problem)
                throw new CannotStartException(
                    $"The base {found.Name} of the continuous backup is damaged: {problem}."
                );
        }

        return found;
    }

    /// <summary>Describes a base that is complete.</summary>
    public async Task KeepBaseAsync(ArchivedBase made, CancellationToken cancellation)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(made, ArchiveJson.Default.ArchivedBase);
        if (seal.Sign(content) is { } signature)
            await PutAsync(made.Folder + Signature, System.Text.Encoding.ASCII.GetBytes(signature), cancellation);
        await PutAsync(made.Folder + Description, content, cancellation);
    }

    /// <summary>The files of leads that a base names; none when it has no list.</summary>
    public async Task<List<string>> FilesOfAsync(ArchivedBase from, CancellationToken cancellation)
    {
        var keys = new List<string>();
        await using var content = await OpenAsync(from.ListName, compressed: true, cancellation);
        if (content is null)
            return keys;
        using var reader = new StreamReader(content);
        while (await reader.ReadLineAsync(cancellation) is { } key)
            keys.Add(key);
        return keys;
    }

    /// <summary>The segments that are there, in order.</summary>
    public async Task<List<WalSegment>> SegmentsAsync(CancellationToken cancellation)
    {
        var segments = new List<WalSegment>();
        await foreach (var found in Place.ListAsync(Wal, cancellation))
            if (WalSegment.Parse(found.Name[Wal.Length..]) is { } segment)
                segments.Add(segment);
        segments.Sort((one, other) => one.Order(other));
        return segments;
    }

    /// <summary>The first segment that is missing behind a base, on its timeline; null when none is.</summary>
    public static WalSegment? GapBehind(ArchivedBase from, IReadOnlyCollection<WalSegment> segments)
    {
        if (WalSegment.Parse(from.StartSegment) is not { } next || WalSegment.Parse(from.StopSegment) is not { } stop)
            return null;
        var there = segments.Where(segment => segment.Timeline == next.Timeline).ToHashSet();
        var last =
            there.Count == 0 ? stop
            : there.MaxBy(segment => segment.Number)! is var newest && newest.Order(stop) > 0 ? newest
            : stop;
        for (; next.Order(last) <= 0; next = next.Next)
            if (!there.Contains(next))
                return next;
        return null;
    }

    /// <summary>What is wrong with the archive: parts of bases, segments that are missing, damaged or cut.</summary>
    public async IAsyncEnumerable<string> ProblemsAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var bases = await BasesAsync(cancellation);
        foreach (var one in bases)
            for (var part = 0; part < one.Parts.Count; part++)
                if (
                    await HashAsync(one.PartName(part), compressed: false, cancellation) is var (hash, _)
                    && hash != one.Parts[part]
                )
                    yield return $"{one.PartName(part)} in {Place.Where} is {(hash is null ? "missing or damaged" : "not what was written")}.";
        var segments = await SegmentsAsync(cancellation);
        foreach (var one in bases)
            if (GapBehind(one, segments) is { } gap)
                yield return $"The segment {gap} behind the base {one.Name} is missing in {Place.Where}.";
        foreach (var segment in segments)
            if (
                await HashAsync(Wal + segment, compressed: true, cancellation) is var (_, bytes)
                && bytes != WalSegment.Bytes
            )
                yield return $"The segment {segment} in {Place.Where} is damaged.";
    }

    private async Task<(string? Hash, long Bytes)> HashAsync(
        string name,
        bool compressed,
        CancellationToken cancellation
    )
    {
        try
        {
            await using var content = await OpenAsync(name, compressed, cancellation);
            if (content is null)
                return (null, 0);
            using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(
                System.Security.Cryptography.HashAlgorithmName.SHA256
            );
            var buffer = new byte[128 * 1024];
            var bytes = 0L;
            int read;
            while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                bytes += read;
            }

            return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
        }
        catch (Exception error) when (error is DamagedResumeException or InvalidDataException)
        {
            return (null, 0);
        }
    }

    private async Task PutAsync(string name, byte[] content, CancellationToken cancellation)
    {
        var file = Path.Combine(Scratch, Guid.NewGuid().ToString("N"));
        try
        {
            await File.WriteAllBytesAsync(file, content, cancellation);
            await Place.PutAsync(name, file, cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<byte[]?> BytesAsync(string name, CancellationToken cancellation)
    {
        var file = Path.Combine(Scratch, Guid.NewGuid().ToString("N"));
        try
        {
            return await Place.FetchAsync(name, file, cancellation)
                ? await File.ReadAllBytesAsync(file, cancellation)
                : null;
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <inheritdoc />
    public void Dispose() => (_place as IDisposable)?.Dispose();
}
