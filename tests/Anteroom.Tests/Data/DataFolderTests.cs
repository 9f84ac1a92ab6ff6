namespace Anteroom.Tests.Data;

public sealed class DataFolderTests : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("anteroom-test-");

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public void A_second_start_on_one_folder_says_who_holds_it()
    {
        using var first = DataFolder.Open(_parent.FullName);
        first.Lock();
        using var second = DataFolder.Open(_parent.FullName);

        var refusal = Assert.Throws<CannotStartException>(second.Lock);

        Assert.Equal(
            $"Another Anteroom (process {Environment.ProcessId}) is already using {_parent.FullName}. "
                + "Stop it first, or choose another folder with --data.",
            refusal.Message
        );
        Assert.False(second.IsLocked);
    }

    [Fact]
    public void A_folder_that_was_given_back_can_be_taken_again()
    {
        using (var first = DataFolder.Open(_parent.FullName))
            first.Lock();

        using var second = DataFolder.Open(_parent.FullName);
        second.Lock();
        second.Lock();

        Assert.True(second.IsLocked);
    }

    [Fact]
    public void A_new_folder_is_closed_to_other_users()
    {
        using var folder = DataFolder.Open(Path.Combine(_parent.FullName, "new", "data"));

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.All(
            [folder.Path, folder.Resumes, folder.Mail, folder.Keys],
            part => Assert.Equal(ownerOnly, new DirectoryInfo(part).UnixFileMode)
        );
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused_with_a_sentence()
    {
        var file = Path.Combine(_parent.FullName, "data");
        File.WriteAllText(file, "");

        var refusal = Assert.Throws<CannotStartException>(() => DataFolder.Open(file));

        Assert.Contains($"The data folder {file} cannot be used", refusal.Message, StringComparison.Ordinal);
    }
}
