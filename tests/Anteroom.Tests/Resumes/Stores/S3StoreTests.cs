using Anteroom.Resumes;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>The store in a bucket of a real S3 server: what every store does, and what only a service can do to us.</summary>
public class S3StoreTests(S3Server server) : ResumeStoreTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    private protected S3Server Server => server;

    private protected string Bucket { get; private set; } = "";

    protected override async Task<IDictionary<string, string?>> SettingsAsync()
    {
        var settings = await server.NewBucketAsync();
        Bucket = settings["Bucket:Name"]!;
        settings["Bucket:Prefix"] = "firm/resumes/";
        return settings;
    }

    protected override string[] Files() => [.. base.Files(), .. server.Files(Bucket)];

    [Fact]
    public async Task Keys_begin_as_the_setting_says_so_that_others_can_use_the_same_bucket()
    {
        var key = await Keep();

        Assert.Equal([$"firm/resumes/{key}"], server.Files(Bucket));
    }

    [Theory]
    [InlineData("drop")]
    [InlineData("refuse")]
    public async Task A_service_that_is_away_is_a_storage_error_and_leaves_nothing(string how)
    {
        var key = await Keep();
        await using var staged = await Stage(SampleFiles.Pdf());
        await server.MakeTroubleAsync(Bucket, how, code: 503);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.KeepAsync(staged, _cancellation));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.OpenAsync(key, _cancellation));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.TryOutAsync(_cancellation));

        Assert.Single(Files());
        await server.MakeTroubleAsync(Bucket, "none");
        Assert.NotNull(await Open.ReadAsync(key));
        await Keep();
    }

    [Fact]
    public async Task A_short_trouble_is_tried_again_and_nobody_notices()
    {
        await server.MakeTroubleAsync(Bucket, "refuse", "^PUT", code: 503, times: 1);

        var key = await Keep();

        Assert.Equal(SampleFiles.Pdf(), await Open.ReadAsync(key));
    }

    [Fact]
    public async Task A_large_file_that_breaks_off_in_the_middle_leaves_no_part()
    {
        await server.MakeTroubleAsync(Bucket, "drop", "partNumber=2");

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Open.KeepAsync(SampleFiles.Pdf(20_000_000)));

        Assert.Empty(Files());
        Assert.Contains(
            await server.RequestsAsync(Bucket),
            asked => asked.Contains("partNumber=2", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Parts_that_a_killed_process_left_are_removed_when_they_are_a_day_old_and_others_uploads_never()
    {
        // A process that cannot even say that it gives up.
        await server.MakeTroubleAsync(Bucket, "drop", "partNumber=2|^DELETE");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Open.KeepAsync(SampleFiles.Pdf(20_000_000)));
        await server.MakeTroubleAsync(Bucket, "none");
        var left = Assert.Single(server.Uploads(Bucket));
        Assert.Equal(0, await Store.RemoveUnfinishedAsync(_cancellation));

        var yesterday = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25);
        File.SetLastWriteTimeUtc(left, yesterday);
        var key = await File.ReadAllTextAsync(left, _cancellation);
        await File.WriteAllTextAsync(left, "firm/resumes/somebody-elses.pdf", _cancellation);
        File.SetLastWriteTimeUtc(left, yesterday);
        Assert.Equal(0, await Store.RemoveUnfinishedAsync(_cancellation));

        await File.WriteAllTextAsync(left, key, _cancellation);
        File.SetLastWriteTimeUtc(left, yesterday);
        Assert.Equal(1, await Store.RemoveUnfinishedAsync(_cancellation));
        Assert.Empty(Files());
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_named()
    {
        var settings = await SettingsAsync();
        settings["Bucket:Name"] = "no-such-bucket";
        await using var open = new TestStore(Folder, settings);

        var error = await Assert.ThrowsAsync<StoreMissingException>(() => open.Store.TryOutAsync(_cancellation));

        Assert.Contains("no-such-bucket (Bucket:Name)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_found_in_the_other_store_too_and_deleted_in_both()
    {
        await using var disk = new TestStore(Folder);
        var key = await disk.KeepAsync(SampleFiles.Pdf());
        Assert.Equal(SampleFiles.Pdf(), await Open.ReadAsync(key));
        Assert.Single(await Store.ListAsync(_cancellation).ToListAsync(_cancellation));

        await Store.RestoreAsync(key, new MemoryStream(SampleFiles.Pdf()), _cancellation);
        Assert.Equal(2, Files().Length);
        await server.MakeTroubleAsync(Bucket, "drop");
        Assert.Equal(SampleFiles.Pdf(), await Open.ReadAsync(key));
        await server.MakeTroubleAsync(Bucket, "none");
        await Store.DeleteAsync(key, _cancellation);

        Assert.Empty(Files());
        Assert.Null(await Open.ReadAsync(key));
    }
}
