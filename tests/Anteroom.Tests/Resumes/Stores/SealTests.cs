using Anteroom.Resumes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>The format of encrypted files: what goes in comes out, from any place on, and what anybody changed does not.</summary>
public sealed class SealTests
{
    private const int Chunk = ChunkCipher.PlainBytes;
    private const int Sealed = Chunk + ChunkCipher.TagBytes;

    private static readonly Guid Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
    private static readonly FileSeal Seal = WithKeys(Keys.Old);

    private static FileSeal WithKeys(string? keys) => new(Options.Create(new ResumeOptions { EncryptionKeys = keys }));

    private static byte[] Content(int length, int seed = 1)
    {
        var content = new byte[length];
        new System.Random(seed).NextBytes(content);
        return content;
    }

    private static async Task<byte[]> SealAsync(byte[] content, int atOnce = 100_000, Guid? id = null)
    {
        using var target = new MemoryStream();
        await using var writer = Seal.Write(target, id ?? Id);
        for (var at = 0; at < content.Length; at += atOnce)
            await writer.WriteAsync(
                content.AsMemory(at, Math.Min(atOnce, content.Length - at)),
                CancellationToken.None
            );
        await writer.EndAsync(CancellationToken.None);
        return target.ToArray();
    }

    private static async Task<byte[]> OpenAsync(byte[] file, FileSeal? seal = null)
    {
        await using var opened = await (seal ?? Seal).OpenAsync(new MemoryStream(file), Id, CancellationToken.None);
        using var read = new MemoryStream();
        await opened.CopyToAsync(read, CancellationToken.None);
        return read.ToArray();
    }

    // Around the borders of chunks, where mistakes are.
    private static Gen<int> Lengths =>
        Gen.OneOf(
            Gen.Choose(0, 300),
            Gen.Elements(Chunk - 1, Chunk, Chunk + 1, (2 * Chunk) - 1, 2 * Chunk, (2 * Chunk) + 1),
            Gen.Choose(0, 4 * Chunk)
        );

    [Fact]
    public void What_goes_in_comes_out_however_it_is_written_and_from_any_place_on() =>
        Prop.ForAll(
                Lengths.SelectMany(length => Gen.Choose(0, length), (length, from) => (length, from)).ToArbitrary(),
                Gen.Choose(1, 3 * Chunk).ToArbitrary(),
                (range, atOnce) =>
                {
                    var content = Content(range.length);
                    var file = SealAsync(content, atOnce).GetAwaiter().GetResult();
                    using var opened = Seal.OpenAsync(new MemoryStream(file), Id, CancellationToken.None)
                        .GetAwaiter()
                        .GetResult();
                    opened.Position = range.from;
                    using var part = new MemoryStream();
                    opened.CopyTo(part);
                    return opened.Length == content.Length
                        && FileSeal.PlainLength(file, file.Length) == content.Length
                        && part.ToArray().AsSpan().SequenceEqual(content.AsSpan(range.from));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_file_with_any_bit_changed_or_cut_or_longer_is_not_given_out() =>
        Prop.ForAll(
                Lengths.ToArbitrary(),
                Gen.Choose(0, int.MaxValue).ToArbitrary(),
                (length, where) =>
                {
                    var file = SealAsync(Content(length)).GetAwaiter().GetResult();
                    var changed = file.ToArray();
                    // Beyond the mark that says that it is encrypted: without it, it would be some plain file, which its hash shows.
                    changed[8 + (where % (file.Length - 8))] ^= (byte)(1 << (where % 8));
                    var cut = file[..Math.Max(SealHeader.Bytes, where % file.Length)];
                    return IsRefused(changed)
                        && IsRefused(cut)
                        && IsRefused([.. file, .. Content(1 + (where % Sealed))]);
                }
            )
            .QuickCheckThrowOnFailure();

    private static bool IsRefused(byte[] file)
    {
        try
        {
            OpenAsync(file).GetAwaiter().GetResult();
            return false;
        }
        catch (StorageUnavailableException error)
        {
            return error is DamagedResumeException or LockedResumeException;
        }
    }

    [Fact]
    public async Task Chunks_in_another_order_left_out_or_from_another_file_are_refused()
    {
        var file = await SealAsync(Content(3 * Chunk));
        var other = await SealAsync(Content(3 * Chunk));
        var (head, a, b, c) = (file[..64], file[64..][..Sealed], file[(64 + Sealed)..][..Sealed], file[^Sealed..]);
        Assert.Equal(file, head.Concat(a).Concat(b).Concat(c));

        Assert.True(IsRefused([.. head, .. b, .. a, .. c]));
        Assert.True(IsRefused([.. head, .. a, .. c]));
        Assert.True(IsRefused([.. head, .. a, .. b])); // cut where a chunk ends
        Assert.True(IsRefused([.. head, .. a, .. b, .. other[^Sealed..]])); // the same content in the same place, of another file
        Assert.True(IsRefused(await SealAsync(Content(100), id: Guid.NewGuid()))); // a whole file under the key of another
    }

    [Fact]
    public async Task The_same_content_is_never_the_same_file()
    {
        Assert.NotEqual(await SealAsync(Content(1000)), await SealAsync(Content(1000)));
    }

    [Fact]
    public async Task A_file_from_before_is_read_as_it_is()
    {
        Assert.Equal(SampleFiles.Pdf(), (await OpenAsync(SampleFiles.Pdf())).ToArray());
        Assert.Empty(await OpenAsync([]));
    }

    [Theory]
    [InlineData("2027", "key 1 needs a name")]
    [InlineData(":AAAA", "key 1 needs a name")]
    [InlineData("a b:AAAA", "key 1 needs a name")]
    [InlineData("2027:secret", "the key 2027 is not 32 bytes in Base64")]
    [InlineData("2027:c2VjcmV0", "the key 2027 is not 32 bytes in Base64")]
    [InlineData("OLD,OLD", "two keys of the name 2026")]
    public void A_setting_that_is_no_key_says_so_and_does_not_show_it(string setting, string said)
    {
        var error = Assert.Throws<FormatException>(() =>
            EncryptionKeys.Parse(setting.Replace("OLD", Keys.Old, StringComparison.Ordinal))
        );

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
