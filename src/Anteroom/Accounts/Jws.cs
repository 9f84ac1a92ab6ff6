using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Anteroom.Accounts;

/// <summary>
/// A text signed with HMAC SHA-256 in the compact form of RFC 7515 section 3.1: <c>header.payload.signature</c>. HS256 is the only
/// algorithm; a token cannot choose another, nor none (RFC 8725 section 3.1).
/// </summary>
public sealed class Jws
{
    /// <summary>Characters. Longer ones are refused unread; ours, with the longest names, have half of that.</summary>
    public const int MaxLength = 8192;

    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private Jws(string? keyId, string? type, byte[] payload, byte[] signed, byte[] signature)
    {
        (KeyId, Type, Payload) = (keyId, type, payload);
        (_signed, _signature) = (signed, signature);
    }

    /// <summary>The <c>kid</c> of the header: which key has signed, as it says; null when it does not say.</summary>
    public string? KeyId { get; }

    /// <summary>The <c>typ</c> of the header; null when there is none.</summary>
    public string? Type { get; }

    /// <summary>What was signed. Not to be believed before <see cref="IsSignedWith"/>.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Signs.</summary>
    /// <param name="header">JSON that names HS256.</param>
    /// <param name="payload">Anything.</param>
    /// <param name="secret">At least 32 bytes (RFC 7518 section 3.2).</param>
    public static string Sign(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < HMACSHA256.HashSizeInBytes)
            throw new ArgumentException("A secret shorter than its hash is guessed sooner.", nameof(secret));
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        var signature = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Takes a token apart. True says nothing about who has signed it.</summary>
    public static bool TryParse(string token, [NotNullWhen(true)] out Jws? jws)
    {
        jws = null;
        if (token.Length > MaxLength || token.Split('.') is not [var header, var payload, var signature])
            return false;
        if (
            !TryDecode(header, out var headerBytes)
            || !TryDecode(payload, out var payloadBytes)
            || !TryDecode(signature, out var signatureBytes)
            || !TryReadObject(headerBytes, out var read)
        )
            return false;
        using (read)
        {
            var fields = read.RootElement;
            // An extension that has to be understood is none that we understand (RFC 7515 section 4.1.11).
            if (
                !TryText(fields, "alg", out var algorithm)
                || algorithm is not "HS256"
                || !TryText(fields, "kid", out var keyId)
                || !TryText(fields, "typ", out var type)
                || fields.TryGetProperty("crit", out _)
            )
                return false;
            var signed = Encoding.ASCII.GetBytes(token, 0, header.Length + 1 + payload.Length);
            jws = new Jws(keyId, type, payloadBytes, signed, signatureBytes);
            return true;
        }
    }

    /// <summary>Whether the signature is of <paramref name="secret"/>. Takes as long for a wrong one as for the right one.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, _signed), _signature);

    /// <summary>Reads a JSON object of which no two readers can think differently: valid UTF-8 and no name twice.</summary>
    internal static bool TryReadObject(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonDocument? read)
    {
        read = null;
        if (!Utf8.IsValid(utf8.Span))
            return false;
        try
        {
            read = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // InvalidOperationException: half of a surrogate pair, escaped
        }

        if (read.RootElement.ValueKind == JsonValueKind.Object)
            return true;
        read.Dispose();
        read = null;
        return false;
    }

    /// <summary>A text that may be missing; false when it is there and no text.</summary>
    internal static bool TryText(JsonElement fields, string name, out string? text)
    {
        text = null;
        if (!fields.TryGetProperty(name, out var value))
            return true;
        if (value.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = value.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // half of a surrogate pair, escaped
        }
    }

    /// <summary>Only the one way of writing the bytes that section 2 has: no padding, no white space, no stray bits at the end.</summary>
    private static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!Base64Url.IsValid(text))
            return false;
        bytes = Base64Url.DecodeFromChars(text);
        return string.Equals(Base64Url.EncodeToString(bytes), text, StringComparison.Ordinal);
    }
}
