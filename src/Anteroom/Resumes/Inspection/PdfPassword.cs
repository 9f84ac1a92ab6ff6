using System.Buffers;
using System.Globalization;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Whether a PDF opens without a password. Many are encrypted and open all the same: only what may be done with them is limited. The
/// dictionaries that tell (ISO 32000-2, section 7.6) are never compressed, so they are found without reading the rest.
/// </summary>
internal static class PdfPassword
{
    private const int Chunk = 256 * 1024;
    private const int Overlap = 64;
    private const int DictionaryBytes = 8 * 1024;

    /// <summary>What a short password is filled up with (algorithm 2): all of an empty one.</summary>
    private static ReadOnlySpan<byte> Padding =>
        [
            0x28,
            0xBF,
            0x4E,
            0x5E,
            0x4E,
            0x75,
            0x8A,
            0x41,
            0x64,
            0x00,
            0x4E,
            0x56,
            0xFF,
            0xFA,
            0x01,
            0x08,
            0x2E,
            0x2E,
            0x00,
            0xB6,
            0xD0,
            0x68,
            0x3E,
            0x80,
            0x2F,
            0x0C,
            0xA9,
            0xFE,
            0x64,
            0x53,
            0x69,
            0x7A,
        ];

    /// <summary>Whether nobody can open it who does not know a password, or has no key. False where the file is too damaged to tell.</summary>
    public static bool IsNeeded(Stream file)
    {
        foreach (var at in Places(file, "/Encrypt"u8))
        {
            var around = ResumeInspector.Part(file, Math.Max(at - DictionaryBytes / 2, 0), DictionaryBytes);
            var after = around.AsSpan((int)Math.Min(at, DictionaryBytes / 2) + "/Encrypt".Length);
            if (Dictionary(file, after) is not { } found || found.Name("Filter") is not { } filter)
                continue;
            if (filter != "Standard")
                return true; // for those who hold a certificate
            return !OpensWithout(found, PdfDictionary.FirstOfArray(around, "/ID"u8));
        }

        return false;
    }

    // Written in place, or somewhere else as "12 0 obj << … >>".
    private static PdfDictionary? Dictionary(Stream file, ReadOnlySpan<byte> after)
    {
        after = after.TrimStart(PdfDictionary.WhiteSpace);
        if (after.StartsWith("<<"u8))
            return new(after.ToArray());
        var reference = Encoding
            .Latin1.GetString(after[..Math.Min(after.Length, 40)])
            .Split((char[])['\0', '\t', '\n', '\f', '\r', ' '], 4, StringSplitOptions.RemoveEmptyEntries);
        if (
            reference is not [var number, var generation, ['R', ..], ..]
            || !uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            || !uint.TryParse(generation, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        )
            return null;
        var name = Encoding.ASCII.GetBytes($"{number} {generation} obj");
        PdfDictionary? last = null;
        foreach (var at in Places(file, name))
            // Not the end of "112 0 obj"; of several the last counts.
            if (at == 0 || !char.IsAsciiDigit((char)ResumeInspector.Part(file, at - 1, 1)[0]))
                last = new(ResumeInspector.Part(file, at + name.Length, DictionaryBytes));
        return last;
    }

    private static bool OpensWithout(PdfDictionary standard, byte[] id)
    {
        if (standard.Text("U") is not { Length: >= 32 } user || standard.Text("O") is not { Length: >= 32 } owner)
            return true;
        var revision = standard.Number("R") ?? 2;
        if (revision >= 5)
            return user.Length < 48
                || PdfKeys.Hash(revision, user.AsSpan(32, 8)).AsSpan().SequenceEqual(user.AsSpan(0, 32));
        // Bits and bytes are both found as the unit.
        var length = (standard.Number("Length") ?? 40) is var bits && bits > 32 ? bits / 8 : bits;
        var key = PdfKeys.FileKey(
            [
                .. Padding,
                .. owner.AsSpan(0, 32),
                .. BitConverter.GetBytes((int)(standard.Number("P") ?? 0)),
                .. id,
                .. revision >= 4 && standard.IsFalse("EncryptMetadata") ? (byte[])[255, 255, 255, 255] : [],
            ],
            revision,
            revision == 2 ? 5 : (int)Math.Clamp(length, 5, 16)
        );
        return revision == 2
            ? PdfKeys.Rc4(key, Padding).AsSpan().SequenceEqual(user.AsSpan(0, 32))
            : PdfKeys.Twenty(key, PdfKeys.Digest([.. Padding, .. id])).AsSpan().SequenceEqual(user.AsSpan(0, 16));
    }

    /// <summary>Where the bytes occur; at most a few dozen places, as nobody else needs more.</summary>
    private static List<long> Places(Stream file, ReadOnlySpan<byte> wanted)
    {
        var places = new List<long>();
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            var start = 0L;
            while (start < file.Length && places.Count < 32)
            {
                file.Position = start;
                var read = file.ReadAtLeast(buffer.AsSpan(0, Chunk), Chunk, throwOnEndOfStream: false);
                for (var from = 0; from < read && places.Count < 32; )
                {
                    var found = buffer.AsSpan(from, read - from).IndexOf(wanted);
                    if (found < 0)
                        break;
                    if (places.Count == 0 || start + from + found > places[^1])
                        places.Add(start + from + found);
                    from += found + 1;
                }

                if (read < Chunk)
                    break;
                start += Chunk - Overlap;
            }

            return places;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
