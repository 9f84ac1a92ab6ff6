using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Anteroom.Accounts;

/// <summary>The codes that authenticator apps show: RFC 6238 with SHA-1, six digits and half a minute, as every app has it.</summary>
internal static class AppCode
{
    private const int Seconds = 30;

    /// <summary>Steps before and after the current one that count, for clocks that differ (RFC 6238 section 5.2).</summary>
    private const int Window = 1;

    /// <summary>The half minute since 1970 that an instant lies in.</summary>
    public static long StepAt(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / Seconds;

    /// <summary>The step that <paramref name="code"/> is the code of; null when it is that of no step near <paramref name="now"/>.</summary>
    /// <remarks>Compares with each step, whatever the first ones gave, in constant time.</remarks>
    public static long? Step(string key, string code, DateTimeOffset now)
    {
        if (Decode(key) is not { } secret)
            return null;

        var typed = Encoding.UTF8.GetBytes(code);
        var current = StepAt(now);
        long? found = null;
        for (var step = current - Window; step <= current + Window; step++)
            if (CryptographicOperations.FixedTimeEquals(typed, Encoding.UTF8.GetBytes(At(secret, step))))
                found = step;
        return found;
    }

    private static string At(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // the RFC's and every app's algorithm; collisions are of no use here
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        // RFC 4226 section 5.3: dynamic truncation.
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & 0x7fffffff;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>Base32 (RFC 4648 section 6) without padding; null for anything else.</summary>
    private static byte[]? Decode(string key)
    {
        var bytes = new byte[key.Length * 5 / 8];
        var (bits, count, at) = (0, 0, 0);
        foreach (var sign in key)
        {
            var value = sign switch
            {
                >= 'A' and <= 'Z' => sign - 'A',
                >= '2' and <= '7' => sign - '2' + 26,
                _ => -1,
            };
            if (value < 0)
                return null;
            bits = (bits << 5) | value;
            count += 5;
            if (count < 8)
                continue;
            count -= 8;
            bytes[at++] = (byte)(bits >> count);
            bits &= (1 << count) - 1;
        }

        return bytes;
    }
}
