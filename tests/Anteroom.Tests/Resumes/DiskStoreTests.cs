using System.Security.Cryptography;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Resumes;

public sealed class DiskStoreTests : IDisposable
{
    private const long Limit = 10 * 1024 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("anteroom resumes ").FullName;
    private readonly DiskStore _store;

    /// <summary>The resume kept last, as the database says.</summary>
    private string? _newest;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public DiskStoreTests() => _store = Open();

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_kept_file_can_be_opened_and_holds_the_same_bytes()
    {
        var pdf = SampleFiles.Pdf(300_000);
        await using var staged = await Stage(pdf);
        Assert.Null(staged.Problem);
        Assert.Equal(ResumeType.Pdf, staged.Type);
        Assert.Equal(pdf.Length, staged.Bytes);
        Assert.Equal(SHA256.HashData(pdf), staged.Sha256);

        var key = await _store.KeepAsync(staged, _cancellation);

        Assert.Matches(@"^\d{4}/\d\d/\d\d/[0-9a-f-]{36}\.pdf$", key);
        await using var opened = await _store.OpenAsync(key, _cancellation);
        var read = new MemoryStream();
        await opened!.CopyToAsync(read, _cancellation);
        Assert.Equal(pdf, read.ToArray());
        Assert.Single(Files());
    }

    [Fact]
    public async Task Only_the_account_of_the_program_can_read_a_kept_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        var key = await Keep();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            File.GetUnixFileMode(Path.Combine(_folder, "store", key))
        );
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(Path.Combine(_folder, "store", key))!)
        );
    }

    [Fact]
    public async Task A_file_that_is_not_kept_is_deleted()
    {
        var staged = await Stage(SampleFiles.Pdf());
        Assert.Single(Files());

        await staged.DisposeAsync();
        await staged.DisposeAsync();

        Assert.Empty(Files());
        await Assert.ThrowsAsync<ArgumentException>(() => _store.KeepAsync(staged, _cancellation));
    }

    [Fact]
    public async Task A_file_with_a_problem_leaves_nothing_and_cannot_be_kept()
    {
        await using var staged = await Stage(SampleFiles.Exe());

        Assert.NotNull(staged.Problem);
        Assert.Null(staged.Type);
        Assert.Empty(Files());
        await Assert.ThrowsAsync<ArgumentException>(() => _store.KeepAsync(staged, _cancellation));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_read_to_its_end()
    {
        var endless = new Endless();

        await using var staged = await _store.StageAsync(endless, "x.pdf", Limit, _cancellation);

        Assert.Contains("at most 10 MB", staged.Problem!.ToString(), StringComparison.Ordinal);
        Assert.InRange(endless.Read, Limit, Limit + 1024 * 1024);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_file_of_exactly_the_limit_is_accepted()
    {
        var pdf = SampleFiles.Pdf(5000);

        await using var fits = await _store.StageAsync(new MemoryStream(pdf), "x", pdf.Length, _cancellation);
        await using var large = await _store.StageAsync(new MemoryStream(pdf), "x", pdf.Length - 1, _cancellation);

        Assert.Null(fits.Problem);
        Assert.NotNull(large.Problem);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_and_its_own_error_is_seen()
    {
        await Assert.ThrowsAsync<EndOfStreamException>(() =>
            _store.StageAsync(new BreaksOff(), "x.pdf", Limit, _cancellation)
        );
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        var upload = _store.StageAsync(new Hangs(), "x.pdf", Limit, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Cancelling_before_the_flush_leaves_nothing()
    {
        await using var staged = await Stage(SampleFiles.Pdf());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.KeepAsync(staged, new(canceled: true)));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_folder_that_cannot_take_the_file_is_a_storage_error_and_leaves_nothing()
    {
        await using var staged = await Stage(SampleFiles.Pdf());
        // A file where the year's folder belongs: as good as a full disk, and works for root too.
        var year = Path.Combine(
            _folder,
            "store",
            TimeProvider.System.GetUtcNow().Year.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        await File.WriteAllTextAsync(year, "", _cancellation);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _store.KeepAsync(staged, _cancellation));

        Assert.Equal([year], Files());
        File.Delete(year);
        await Keep();
    }

    [Fact]
    public async Task A_store_whose_folder_was_cleared_away_goes_on()
    {
        await Keep();
        foreach (var folder in Directory.GetDirectories(Path.Combine(_folder, "store")))
            Directory.Delete(folder, recursive: true);

        await Keep();

        Assert.Single(Files());
    }

    [Fact]
    public async Task A_folder_without_the_firms_resumes_takes_and_gives_nothing_until_they_are_there_again()
    {
        var key = _newest = await Keep();
        var (store, elsewhere) = (Path.Combine(_folder, "store"), Path.Combine(_folder, "elsewhere"));
        await using var arriving = await Stage(SampleFiles.Pdf());
        Directory.Move(store, elsewhere); // what an unmounted disk leaves: nothing, or an empty folder
        Directory.CreateDirectory(store);

        await Assert.ThrowsAsync<StoreMissingException>(() => Stage(SampleFiles.Pdf()));
        await Assert.ThrowsAsync<StoreMissingException>(() => _store.KeepAsync(arriving, _cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(() => _store.OpenAsync(key, _cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(() => _store.DeleteAsync(key, _cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(() => _store.TryOutAsync(_cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(async () => await _store.ListAsync(_cancellation).CountAsync());
        Assert.Empty(Directory.GetFileSystemEntries(store));

        Directory.Delete(store);
        Directory.Move(elsewhere, store);
        await using var found = await _store.OpenAsync(key, _cancellation);
        Assert.NotNull(found);
        await Keep();
    }

    [Fact]
    public async Task A_folder_from_before_there_was_a_marker_is_known_by_the_newest_resume()
    {
        _newest = await Keep();
        var marker = Path.Combine(_folder, "store", DiskStore.Marker);
        File.Delete(marker);

        await _store.TryOutAsync(_cancellation);

        Assert.True(File.Exists(marker));
        Assert.Single(Files());
    }

    [Fact]
    public async Task What_a_backup_brings_makes_an_empty_folder_the_right_one()
    {
        var key = _newest = await Keep();
        Directory.Delete(Path.Combine(_folder, "store"), recursive: true);
        await Assert.ThrowsAsync<StoreMissingException>(() => _store.TryOutAsync(_cancellation));

        await _store.RestoreAsync(key, new MemoryStream(SampleFiles.Pdf()), _cancellation);

        await _store.TryOutAsync(_cancellation);
        Assert.Single(Files());
    }

    [Fact]
    public async Task Many_at_once_are_all_kept()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Keep()));

        Assert.Equal(200, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(200, Files().Length);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("incoming/x")]
    [InlineData("2026/11/21/../../../x.pdf")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public async Task A_key_that_was_never_given_out_is_refused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _store.OpenAsync(key, _cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.DeleteAsync(key, _cancellation));
    }

    [Fact]
    public async Task A_deleted_file_is_gone_and_deleting_it_again_does_nothing()
    {
        var key = await Keep();

        await _store.DeleteAsync(key, _cancellation);
        await _store.DeleteAsync(key, _cancellation);

        Assert.Null(await _store.OpenAsync(key, _cancellation));
        Assert.Null(await _store.OpenAsync("1999" + key[4..], _cancellation));
        await _store.DeleteAsync("1999" + key[4..], _cancellation);
    }

    [Fact]
    public async Task Cleaning_removes_what_has_been_incoming_for_more_than_a_day()
    {
        await using var old = await Stage(SampleFiles.Pdf());
        var file = Assert.Single(Files());
        Assert.Equal(0, await _store.RemoveUnfinishedAsync(_cancellation));

        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        Assert.Equal(1, await _store.RemoveUnfinishedAsync(_cancellation));
        Assert.Empty(Files());
    }

    private DiskStore Open() =>
        new(
            Options.Create(new ResumeOptions { Folder = Path.Combine(_folder, "store") }),
            _ => Task.FromResult(_newest),
            TimeProvider.System
        );

    private Task<StagedResume> Stage(byte[] content) =>
        _store.StageAsync(new MemoryStream(content), "resume.pdf", Limit, _cancellation);

    private async Task<string> Keep()
    {
        await using var staged = await Stage(SampleFiles.Pdf());
        return await _store.KeepAsync(staged, _cancellation);
    }

    private string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != DiskStore.Marker),
        ];

    private abstract class Upload : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class Endless : Upload
    {
        public new long Read { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Read += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    private sealed class BreaksOff : Upload
    {
        private bool _begun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_begun)
                throw new EndOfStreamException();
            _begun = true;
            return ValueTask.FromResult(Math.Min(buffer.Length, 1000));
        }
    }

    private sealed class Hangs : Upload
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
