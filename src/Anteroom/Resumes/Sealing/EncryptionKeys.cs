using System.Buffers.Text;
using System.Security.Cryptography;

namespace Anteroom.Resumes;

/// <summary>A key that resume files are encrypted with.</summary>
/// <param name="Name">What the firm calls it; stands in every file it was used for.</param>
/// <param name="Secret">32 bytes.</param>
internal sealed record EncryptionKey(string Name, byte[] Secret)
{
    /// <summary>Tells keys of the same name apart, and says nothing of the secret.</summary>
    public byte[] Fingerprint { get; } =
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 8, info: "anteroom key fingerprint"u8.ToArray());
}

/// <summary>The keys of <c>Resumes:EncryptionKeys</c>: <c>2027:BASE64, 2026:BASE64</c>. The first writes, all read.</summary>
internal sealed class EncryptionKeys
{
    private const int SecretBytes = 32;

    private readonly List<EncryptionKey> _keys = [];

    /// <summary>What new files are encrypted with; null when they are not.</summary>
    public EncryptionKey? Newest => _keys.FirstOrDefault();

    /// <summary>The key of that name.</summary>
    public EncryptionKey? Find(string name) => _keys.Find(key => key.Name == name);

    /// <summary>Reads the setting.</summary>
    /// <exception cref="FormatException">It is not as it should be; the message says what, and shows no key.</exception>
    public static EncryptionKeys Parse(string? setting)
    {
        var keys = new EncryptionKeys();
        var entries = (setting ?? "").Split(
            ',',
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries
        );
        for (var i = 0; i < entries.Length; i++)
        {
            var colon = entries[i].IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : entries[i][..colon];
            if (name.Length is 0 or > SealHeader.NameBytes || !name.All(IsForNames))
                throw new FormatException(
                    $"key {i + 1} needs a name of at most {SealHeader.NameBytes} letters, digits and hyphens before a colon, such as 2027:…"
                );
            if (keys.Find(name) is not null)
                throw new FormatException($"there are two keys of the name {name}");
            if (!Base64.IsValid(entries[i].AsSpan(colon + 1), out var bytes) || bytes != SecretBytes)
                throw new FormatException(
                    $"the key {name} is not {SecretBytes} bytes in Base64; openssl rand -base64 {SecretBytes} makes one"
                );
            keys._keys.Add(new EncryptionKey(name, Convert.FromBase64String(entries[i][(colon + 1)..])));
        }

        return keys;
    }

    private static bool IsForNames(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-';
}
