using Anteroom.Resumes;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>Keys for tests, as the setting has them.</summary>
internal static class Keys
{
    public static string Old { get; } = Of("2026", 1);

    public static string New { get; } = Of("2027", 2);

    /// <summary>A key of that name, all of whose bytes are the same.</summary>
    public static string Of(string name, byte bytes) =>
        $"{name}:{Convert.ToBase64String([.. Enumerable.Repeat(bytes, 32)])}";
}

/// <summary>What every store does, in a folder with encrypted files.</summary>
public sealed class EncryptedDiskStoreTests : DiskStoreTests
{
    protected override async Task<IDictionary<string, string?>> SettingsAsync() =>
        new Dictionary<string, string?>(await base.SettingsAsync(), StringComparer.Ordinal)
        {
            ["Resumes:EncryptionKeys"] = Keys.Old,
        };

    [Fact]
    public async Task Nothing_of_the_content_is_readable_on_the_disk_neither_while_it_arrives_nor_later()
    {
        // Beyond one buffer, so that the inspection reads it back from the disk.
        var secret = "Resume of Ann Example"u8.ToArray();
        await using var staged = await Stage(SampleFiles.Pdf(300_000));
        Assert.Equal(ResumeType.Pdf, staged.Type);
        Assert.Equal(-1, (await File.ReadAllBytesAsync(Assert.Single(Files()))).AsSpan().IndexOf(secret));

        await Store.KeepAsync(staged, TestContext.Current.CancellationToken);

        Assert.Equal(-1, (await File.ReadAllBytesAsync(Assert.Single(Files()))).AsSpan().IndexOf(secret));
    }

    [Fact]
    public async Task A_new_key_in_front_writes_and_the_old_ones_and_no_key_at_all_are_still_read()
    {
        string plain,
            newer;
        await using (var before = new TestStore(Folder))
            plain = await before.KeepAsync(SampleFiles.Pdf(1));
        var old = await Open.KeepAsync(SampleFiles.Pdf(2));
        await using (var rotated = new TestStore(Folder, [new("Resumes:EncryptionKeys", $"{Keys.New}, {Keys.Old}")]))
        {
            newer = await rotated.KeepAsync(SampleFiles.Pdf(3));
            Assert.Equal(SampleFiles.Pdf(1), await rotated.ReadAsync(plain));
            Assert.Equal(SampleFiles.Pdf(2), await rotated.ReadAsync(old));
            Assert.Equal(SampleFiles.Pdf(3), await rotated.ReadAsync(newer));
        }

        var locked = await Assert.ThrowsAsync<LockedResumeException>(() => Open.ReadAsync(newer));
        Assert.Contains(
            "the key 2027, which is not in Resumes:EncryptionKeys",
            locked.Message,
            StringComparison.Ordinal
        );
        await using var wrong = new TestStore(Folder, [new("Resumes:EncryptionKeys", Keys.Of("2026", 7))]);
        locked = await Assert.ThrowsAsync<LockedResumeException>(() => wrong.ReadAsync(old));
        Assert.Contains("another one than the key 2026", locked.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_were_exchanged_are_not_given_out()
    {
        var (one, other) = (await Open.KeepAsync(SampleFiles.Pdf(1)), await Open.KeepAsync(SampleFiles.Pdf(2)));

        File.Copy(Path.Combine(Folder, one), Path.Combine(Folder, other), overwrite: true);

        Assert.Equal(SampleFiles.Pdf(1), await Open.ReadAsync(one));
        await Assert.ThrowsAsync<DamagedResumeException>(() => Open.ReadAsync(other));
    }
}

/// <summary>What every store does, in a bucket with encrypted files.</summary>
public sealed class EncryptedS3StoreTests(S3Server server) : S3StoreTests(server)
{
    protected override async Task<IDictionary<string, string?>> SettingsAsync() =>
        new Dictionary<string, string?>(await base.SettingsAsync(), StringComparer.Ordinal)
        {
            ["Resumes:EncryptionKeys"] = Keys.Old,
        };

    [Fact]
    public async Task Nothing_of_the_content_is_readable_in_the_bucket()
    {
        var key = await Keep();

        var kept = await File.ReadAllBytesAsync(Server.PathOf(Bucket, $"firm/resumes/{key}"));

        Assert.Equal(SealHeader.Bytes + SampleFiles.Pdf().Length + ChunkCipher.TagBytes, kept.Length);
        Assert.Equal(-1, kept.AsSpan().IndexOf("Resume of Ann Example"u8));
    }
}
