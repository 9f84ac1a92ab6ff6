using System.Security.Cryptography;

namespace Anteroom.Resumes;

/// <summary>
/// What the standard security handler of PDF makes of an empty password (ISO 32000-2, section 7.6.4). MD5 and RC4 are what the format
/// says; nothing is protected by them here.
/// </summary>
internal static class PdfKeys
{
    /// <summary>Hostile numbers may ask for more rounds than any real file.</summary>
    private const int MostRounds = 1024;

    /// <summary>Algorithm 2: the key of the file.</summary>
    public static byte[] FileKey(byte[] seed, long revision, int length)
    {
        var key = Digest(seed);
        for (var i = 0; revision >= 3 && i < 50; i++)
            key = Digest(key.AsSpan(0, length));
        return key[..length];
    }

    /// <summary>MD5.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> data) =>
#pragma warning disable CA5351 // what the format says
        MD5.HashData(data);
#pragma warning restore CA5351

    /// <summary>The end of algorithm 5: encrypted twenty times, each with another key.</summary>
    public static byte[] Twenty(byte[] key, byte[] data)
    {
        for (var i = 0; i < 20; i++)
            data = Rc4([.. key.Select(one => (byte)(one ^ i))], data);
        return data;
    }

    /// <summary>RC4, for which .NET has no name.</summary>
    public static byte[] Rc4(byte[] key, ReadOnlySpan<byte> data)
    {
        Span<byte> state = stackalloc byte[256];
        for (var i = 0; i < 256; i++)
            state[i] = (byte)i;
        for (int i = 0, j = 0; i < 256; i++)
        {
            j = (j + state[i] + key[i % key.Length]) & 255;
            (state[i], state[j]) = (state[j], state[i]);
        }

        var result = data.ToArray();
        for (int n = 0, i = 0, j = 0; n < result.Length; n++)
        {
            i = (i + 1) & 255;
            j = (j + state[i]) & 255;
            (state[i], state[j]) = (state[j], state[i]);
            result[n] ^= state[(state[i] + state[j]) & 255];
        }

        return result;
    }

    /// <summary>Revision 5 hashes once; revision 6 goes on as algorithm 2.B says.</summary>
    public static byte[] Hash(long revision, ReadOnlySpan<byte> salt)
    {
        var key = SHA256.HashData(salt);
        for (var round = 0; revision >= 6 && round < MostRounds; round++)
        {
            var once = key;
            var data = Enumerable.Repeat(once, 64).SelectMany(part => part).ToArray();
            using var aes = Aes.Create();
            aes.Key = key[..16];
            var encrypted = aes.EncryptCbc(data, key.AsSpan(16, 16), PaddingMode.None);
            key = (encrypted.Take(16).Sum(one => one) % 3) switch
            {
                0 => SHA256.HashData(encrypted),
                1 => SHA384.HashData(encrypted),
                _ => SHA512.HashData(encrypted),
            };
            if (round >= 63 && encrypted[^1] <= round - 31)
                break;
        }

        return key[..32];
    }
}
