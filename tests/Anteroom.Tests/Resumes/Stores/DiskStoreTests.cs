using Anteroom.Resumes;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>The store in a folder: what every store does, and what only a folder can meet.</summary>
public class DiskStoreTests : ResumeStoreTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_account_of_the_program_can_read_a_kept_file()
    {
        if (OperatingSystem.IsWindows())
            return;
        var key = await Keep();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, key)));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(Path.Combine(Folder, key))!)
        );
    }

    [Fact]
    public async Task A_folder_that_cannot_take_the_file_is_a_storage_error_and_leaves_nothing()
    {
        await using var staged = await Stage(SampleFiles.Pdf());
        // A file where the year's folder belongs: as good as a full disk, and works for root too.
        var year = Path.Combine(
            Folder,
            TimeProvider.System.GetUtcNow().Year.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
        await File.WriteAllTextAsync(year, "", _cancellation);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => Store.KeepAsync(staged, _cancellation));

        Assert.Equal([year], Files());
        File.Delete(year);
        await Keep();
    }

    [Fact]
    public async Task A_store_whose_folder_was_cleared_away_goes_on()
    {
        await Keep();
        foreach (var folder in Directory.GetDirectories(Path.Combine(Folder)))
            Directory.Delete(folder, recursive: true);

        await Keep();

        Assert.Single(Files());
    }

    [Fact]
    public async Task A_folder_without_the_firms_resumes_takes_and_gives_nothing_until_they_are_there_again()
    {
        var key = Open.Newest = await Keep();
        var (store, elsewhere) = (Path.Combine(Folder), Folder + " elsewhere");
        await using var arriving = await Stage(SampleFiles.Pdf());
        Directory.Move(store, elsewhere); // what an unmounted disk leaves: nothing, or an empty folder
        Directory.CreateDirectory(store);

        await Assert.ThrowsAsync<StoreMissingException>(() => Stage(SampleFiles.Pdf()));
        await Assert.ThrowsAsync<StoreMissingException>(() => Store.KeepAsync(arriving, _cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(() => Store.OpenAsync(key, _cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(() => Store.DeleteAsync(key, _cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(() => Store.TryOutAsync(_cancellation));
        await Assert.ThrowsAsync<StoreMissingException>(async () => await Store.ListAsync(_cancellation).CountAsync());
        Assert.Empty(Directory.GetFileSystemEntries(store));

        Directory.Delete(store);
        Directory.Move(elsewhere, store);
        await using var found = await Store.OpenAsync(key, _cancellation);
        Assert.NotNull(found);
        await Keep();
    }

    [Fact]
    public async Task A_folder_from_before_there_was_a_marker_is_known_by_the_newest_resume()
    {
        Open.Newest = await Keep();
        var marker = Path.Combine(Folder, DiskStore.Marker);
        File.Delete(marker);

        await Store.TryOutAsync(_cancellation);

        Assert.True(File.Exists(marker));
        Assert.Single(Files());
    }

    [Fact]
    public async Task What_a_backup_brings_makes_an_empty_folder_the_right_one()
    {
        var key = Open.Newest = await Keep();
        Directory.Delete(Path.Combine(Folder), recursive: true);
        await Assert.ThrowsAsync<StoreMissingException>(() => Store.TryOutAsync(_cancellation));

        await Store.RestoreAsync(key, new MemoryStream(SampleFiles.Pdf()), _cancellation);

        await Store.TryOutAsync(_cancellation);
        Assert.Single(Files());
    }
}
