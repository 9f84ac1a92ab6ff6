using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// Copies the files of the private PostgreSQL while it works (PostgreSQL manual, low level API of base backups): what changes meanwhile is
/// put right by its log when the copy is restored.
/// </summary>
internal sealed class MakeBase(
    NpgsqlDataSource database,
    WalArchive archive,
    BackupSeal seal,
    DataFolder data,
    TimeProvider time
)
{
    // What the manual says a base backup leaves out: the server makes it anew.
    private static readonly HashSet<string> EmptyFolders = new(StringComparer.Ordinal)
    {
        "pg_wal",
        "pg_replslot",
        "pg_dynshmem",
        "pg_notify",
        "pg_serial",
        "pg_snapshots",
        "pg_stat_tmp",
        "pg_subtrans",
    };

    private const string Control = "global/pg_control";

    private sealed record Stopped(string Segment, string Label);

    /// <summary>Makes one; what its log still has to bring is archived by <paramref name="archiveUpTo"/>.</summary>
    public async Task<ArchivedBase> RunAsync(
        Func<WalSegment, CancellationToken, Task> archiveUpTo,
        CancellationToken cancellation
    )
    {
        var startedAt = Sql.Instant(time.GetUtcNow());
        var name = BackupFolder.NameOf(startedAt);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using (var patience = new NpgsqlCommand("set statement_timeout = 0", connection))
            await patience.ExecuteNonQueryAsync(cancellation);
        var start = await connection.QueryOneAsync<string>(
            "select pg_walfile_name(pg_backup_start('anteroom', true))",
            cancellation
        );
        var made = new ArchivedBase(
            name,
            typeof(MakeBase).Assembly.GetName().Version!.ToString(),
            connection.PostgreSqlVersion.Major,
            startedAt,
            startedAt,
            start!,
            start!,
            [],
            seal.KeyName
        );
        await using var parts = new PartedStream(archive, made);
        Stopped? stopped;
        await using (var gzip = new GZipStream(parts, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true))
        {
            await CopyAsync(tar, cancellation);
            stopped = await connection.QueryOneAsync<Stopped>(
                "select pg_walfile_name(lsn) as segment, labelfile as label from pg_backup_stop(false)",
                cancellation
            );
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "backup_label")
                {
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(stopped!.Label)),
                },
                cancellation
            );
        }

        await parts.EndAsync(cancellation);
        await archiveUpTo(WalSegment.Parse(stopped.Segment)!, cancellation);
        var files = await connection.QueryAsync<string>("select storage_key from kept_files order by 1", cancellation);
        await using (var list = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', files))))
            await archive.KeepAsync(made.ListName, list, compress: true, cancellation);
        made = made with
        {
            // A transaction that commits later than this is in the log behind the copy.
            StoppedAt = Sql.Instant(time.GetUtcNow()),
            StopSegment = stopped.Segment,
            Parts = parts.Hashes,
        };
        await archive.KeepBaseAsync(made, cancellation);
        return made;
    }

    private async Task CopyAsync(TarWriter tar, CancellationToken cancellation)
    {
        var root = data.Postgres;
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, path).Replace('\\', '/');
            var top = name.Split('/')[0];
            if (
                (EmptyFolders.Contains(top) && name != top)
                || name is "postmaster.pid" or "postmaster.opts" or Control
                || Path.GetFileName(name) is "pg_internal.init"
                || name.Contains("/pgsql_tmp", StringComparison.Ordinal)
            )
                continue;
            if (Directory.Exists(path))
                await tar.WriteEntryAsync(
                    new PaxTarEntry(TarEntryType.Directory, name + "/")
                    {
                        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                    },
                    cancellation
                );
            else
                await CopyFileAsync(tar, path, name, cancellation);
        }

        await CopyFileAsync(tar, Path.Combine(root, Control), Control, cancellation);
    }

    private static async Task CopyFileAsync(TarWriter tar, string path, string name, CancellationToken cancellation)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return; // dropped meanwhile; the log knows
        }

        await using (file)
            await tar.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, name)
                {
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                    DataStream = new FixedLengthStream(file),
                },
                cancellation
            );
    }
}

/// <summary>A file that changes while it is read, in the length that it has now: what is gone reads as zeros, what is new is left out.</summary>
internal sealed class FixedLengthStream(Stream file) : Stream
{
    private readonly long _length = file.Length;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set => _position = file.Position = value;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = buffer[..(int)Math.Min(buffer.Length, _length - _position)];
        if (wanted.Length == 0)
            return 0;
        var read = await file.ReadAsync(wanted, cancellationToken);
        if (read == 0)
        {
            wanted.Span.Clear();
            read = wanted.Length;
        }

        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var wanted = buffer.AsSpan(offset, (int)Math.Min(count, _length - _position));
        if (wanted.Length == 0)
            return 0;
        var read = file.Read(wanted);
        if (read == 0)
        {
            wanted.Clear();
            read = wanted.Length;
        }

        _position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => _length + offset,
        };

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Cuts what is written into parts, each of which is kept as soon as it is full.</summary>
internal sealed class PartedStream(WalArchive archive, ArchivedBase made) : Stream
{
    /// <summary>A part takes one request to a bucket, and this much room on its way.</summary>
    private const long PartBytes = 32 * 1024 * 1024;

    private readonly List<string> _hashes = [];
    private FileStream? _part;
    private string _path = "";

    /// <summary>SHA-256 of the plain parts, in order.</summary>
    public IReadOnlyList<string> Hashes => _hashes;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (_part is null)
        {
            _path = Path.Combine(archive.Scratch, Guid.NewGuid().ToString("N"));
            _part = new FileStream(_path, FileMode.CreateNew, FileAccess.ReadWrite);
        }

        await _part.WriteAsync(buffer, cancellationToken);
        if (_part.Length >= PartBytes)
            await EndAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Keeps the part that has begun.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        if (_part is null)
            return;
        _part.Position = 0;
        _hashes.Add(Convert.ToHexStringLower(await SHA256.HashDataAsync(_part, cancellation)));
        _part.Position = 0;
        await archive.KeepAsync(made.PartName(_hashes.Count - 1), _part, compress: false, cancellation);
        await DropAsync();
    }

    private async Task DropAsync()
    {
        if (_part is null)
            return;
        await _part.DisposeAsync();
        _part = null;
        File.Delete(_path);
    }

    public override async ValueTask DisposeAsync()
    {
        await DropAsync();
        await base.DisposeAsync();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Write asynchronously.");
}
