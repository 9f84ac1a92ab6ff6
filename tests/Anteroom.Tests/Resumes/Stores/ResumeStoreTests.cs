using System.Security.Cryptography;
using Anteroom.Resumes;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>What every store does, on a disk and in a bucket, with and without encryption: the classes at the end.</summary>
public abstract class ResumeStoreTests : IAsyncLifetime
{
    protected const long Limit = 10 * 1024 * 1024;

    private readonly string _parent = Directory.CreateTempSubdirectory("anteroom resumes ").FullName;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    private protected TestStore Open { get; private set; } = null!;

    private protected IResumeStore Store => Open.Store;

    /// <summary>The folder of resumes.</summary>
    protected string Folder => Path.Combine(_parent, "store");

    protected virtual Task<IDictionary<string, string?>> SettingsAsync() =>
        Task.FromResult<IDictionary<string, string?>>(new Dictionary<string, string?>(StringComparer.Ordinal));

    public virtual async ValueTask InitializeAsync() => Open = new TestStore(Folder, await SettingsAsync());

    public virtual async ValueTask DisposeAsync()
    {
        await Open.DisposeAsync();
        Directory.Delete(_parent, recursive: true);
        GC.SuppressFinalize(this);
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

        var key = await Store.KeepAsync(staged, _cancellation);

        Assert.Matches(@"^\d{4}/\d\d/\d\d/[0-9a-f-]{36}\.pdf$", key);
        await using var opened = await Store.OpenAsync(key, _cancellation);
        var read = new MemoryStream();
        await opened!.CopyToAsync(read, _cancellation);
        Assert.Equal(pdf, read.ToArray());
        Assert.Single(Files());
    }

    [Fact]
    public async Task A_file_that_is_not_kept_is_deleted()
    {
        var staged = await Stage(SampleFiles.Pdf());
        Assert.Single(Files());

        await staged.DisposeAsync();
        await staged.DisposeAsync();

        Assert.Empty(Files());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.KeepAsync(staged, _cancellation));
    }

    [Fact]
    public async Task A_file_with_a_problem_leaves_nothing_and_cannot_be_kept()
    {
        await using var staged = await Stage(SampleFiles.Exe());

        Assert.NotNull(staged.Problem);
        Assert.Null(staged.Type);
        Assert.Empty(Files());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.KeepAsync(staged, _cancellation));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_not_read_to_its_end()
    {
        var endless = new Endless();

        await using var staged = await Store.StageAsync(endless, "x.pdf", Limit, _cancellation);

        Assert.Contains("at most 10 MB", staged.Problem!.ToString(), StringComparison.Ordinal);
        Assert.InRange(endless.Read, Limit, Limit + 1024 * 1024);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_file_of_exactly_the_limit_is_accepted()
    {
        var pdf = SampleFiles.Pdf(5000);

        await using var fits = await Store.StageAsync(new MemoryStream(pdf), "x", pdf.Length, _cancellation);
        await using var large = await Store.StageAsync(new MemoryStream(pdf), "x", pdf.Length - 1, _cancellation);

        Assert.Null(fits.Problem);
        Assert.NotNull(large.Problem);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_and_its_own_error_is_seen()
    {
        await Assert.ThrowsAsync<EndOfStreamException>(() =>
            Store.StageAsync(new BreaksOff(), "x.pdf", Limit, _cancellation)
        );
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        var upload = Store.StageAsync(new Hangs(), "x.pdf", Limit, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Cancelling_before_it_is_kept_leaves_nothing()
    {
        await using var staged = await Stage(SampleFiles.Pdf());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.KeepAsync(staged, new(canceled: true)));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task Many_at_once_are_all_kept()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Keep()));

        Assert.Equal(50, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(50, Files().Length);
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("incoming/x")]
    [InlineData("2026/11/21/../../../x.pdf")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    public async Task A_key_that_was_never_given_out_is_refused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenAsync(key, _cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key, _cancellation));
    }

    [Fact]
    public async Task A_deleted_file_is_gone_and_deleting_it_again_does_nothing()
    {
        var key = await Keep();

        await Store.DeleteAsync(key, _cancellation);
        await Store.DeleteAsync(key, _cancellation);

        Assert.Null(await Store.OpenAsync(key, _cancellation));
        Assert.Null(await Store.OpenAsync("1999" + key[4..], _cancellation));
        await Store.DeleteAsync("1999" + key[4..], _cancellation);
    }

    [Fact]
    public async Task Cleaning_removes_what_has_been_incoming_for_more_than_a_day()
    {
        await using var old = await Stage(SampleFiles.Pdf());
        var file = Assert.Single(Directory.GetFiles(Path.Combine(Folder, "incoming")));
        Assert.Equal(0, await Store.RemoveUnfinishedAsync(_cancellation));

        File.SetLastWriteTimeUtc(file, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        Assert.Equal(1, await Store.RemoveUnfinishedAsync(_cancellation));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_large_file_is_kept_whole_and_any_part_of_it_can_be_read()
    {
        // More than two parts of an upload, an odd number of chunks.
        var pdf = SampleFiles.Pdf(20_000_001);
        var key = await Open.KeepAsync(pdf);

        await using var opened = await Store.OpenAsync(key, _cancellation);

        Assert.Equal(pdf.Length, opened!.Length);
        Assert.Equal(SHA256.HashData(pdf), await SHA256.HashDataAsync(opened, _cancellation));
        foreach (var (from, count) in ((int, int)[])[(17, 1), (65_530, 70_000), (pdf.Length - 5, 5), (0, 9)])
        {
            opened.Position = from;
            var part = new byte[count];
            await opened.ReadExactlyAsync(part, _cancellation);
            Assert.Equal(pdf[from..(from + count)], part);
        }

        Assert.Single(Files());
    }

    [Fact]
    public async Task Kept_files_are_listed_and_measured_without_reading_them()
    {
        var pdf = SampleFiles.Pdf(1234);
        string[] keys = [await Open.KeepAsync(pdf), await Open.KeepAsync(pdf)];

        var listed = await Store.ListAsync(_cancellation).ToListAsync(_cancellation);

        Assert.Equal(keys.Order(StringComparer.Ordinal), listed.Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.All(
            listed,
            file =>
                Assert.InRange(
                    TimeProvider.System.GetUtcNow() - file.KeptAt,
                    TimeSpan.FromMinutes(-1),
                    TimeSpan.FromMinutes(5)
                )
        );
        Assert.Equal(pdf.Length, await Store.LengthAsync(keys[0], _cancellation));
        Assert.Null(await Store.LengthAsync("1999" + keys[0][4..], _cancellation));
    }

    [Fact]
    public async Task What_a_backup_brings_takes_the_place_of_what_is_there_while_a_reader_goes_on_with_the_old_file()
    {
        var key = await Keep();
        await using var reading = await Store.OpenAsync(key, _cancellation);
        var other = SampleFiles.Docx();

        await Store.RestoreAsync(key, new MemoryStream(other), _cancellation);

        Assert.Equal(other, await Open.ReadAsync(key));
        var old = new MemoryStream();
        await reading!.CopyToAsync(old, _cancellation);
        Assert.Equal(SampleFiles.Pdf(), old.ToArray());
        Assert.Single(Files());
    }

    [Fact]
    public async Task Trying_out_leaves_nothing_that_counts_as_a_file()
    {
        await Store.TryOutAsync(_cancellation);

        Assert.Empty(Files());
        Assert.Empty(await Store.ListAsync(_cancellation).ToListAsync(_cancellation));
    }

    protected Task<StagedResume> Stage(byte[] content) =>
        Store.StageAsync(new MemoryStream(content), "resume.pdf", Limit, _cancellation);

    protected Task<string> Keep() => Open.KeepAsync(SampleFiles.Pdf());

    /// <summary>Everything that lies around, received or kept.</summary>
    protected virtual string[] Files() =>
        [
            .. Directory
                .EnumerateFiles(_parent, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != DiskStore.Marker),
        ];
}
