using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>
/// Whether a photo is built as its kind has to be, from its first byte to its last, without decoding it. A photo that somebody sends is shown in
/// browsers of the firm, so nothing else may be in the file: no second file behind it, nothing that another program would open.
/// </summary>
/// <remarks>
/// Sources: ITU-T T.81 annex B (JPEG), W3C PNG third edition section 5, Google's WebP container specification, ISO/IEC 14496-12 and 23008-12
/// (HEIC). Phones put a few seconds of film behind a JPEG, or further pictures (CIPA DC-007): these may stay.
/// </remarks>
internal static class Photo
{
    private const int HeadBytes = 1024;
    private const int PartBytes = 64 * 1024;

    /// <summary>An archive's end is looked for in this much: its signature, 18 bytes, and a comment of at most 65,535.</summary>
    private const int TailBytes = 22 + 65_535;

    /// <summary>Why it cannot be taken as a photo, as a sentence for the prospect; null when it can.</summary>
    public static Sentence? Problem(ResumeType type, Stream file)
    {
        var end = type switch
        {
            ResumeType.Jpeg => Jpeg(file),
            ResumeType.Png => Png(file),
            ResumeType.Webp => Webp(file),
            ResumeType.Heic => Heic(file),
            _ => null,
        };
        if (end is null)
            return "This photo is damaged or was not sent to its end.";
        return (end == file.Length || (type == ResumeType.Jpeg && IsOfPhones(file, end.Value))) && !HidesAnother(file)
            ? null
            : "There is something else in the file of this photo.";
    }

    /// <summary>Where the picture ends; null when it does not.</summary>
    private static long? Jpeg(Stream file)
    {
        var (at, hasSize) = (2L, false);
        while (ResumeInspector.Part(file, at, 4) is [0xFF, var marker, ..] segment)
        {
            switch (marker)
            {
                case 0xFF: // fill
                    at++;
                    continue;
                case 0xD9:
                    return hasSize ? at + 2 : null;
                case 0x01 or (>= 0xD0 and <= 0xD7):
                    at += 2;
                    continue;
                case < 0xC0 or 0xD8:
                    return null;
            }

            if (
                segment.Length < 4
                || BinaryPrimitives.ReadUInt16BigEndian(segment.AsSpan(2)) is var length && length < 2
            )
                return null;
            // A frame: precision, height, width.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                hasSize =
                    ResumeInspector.Part(file, at + 4, 5) is { Length: 5 } frame
                    && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(3)) > 0;
            at += 2 + length;
            if (marker == 0xDA)
                at = NextMarker(file, at);
        }

        return null;
    }

    /// <summary>After the start of a scan: where its coded data ends, in which there are no markers but restarts.</summary>
    private static long NextMarker(Stream file, long at)
    {
        for (; ; )
        {
            var part = ResumeInspector.Part(file, at, PartBytes);
            if (FindMarker(part) is >= 0 and var found)
                return at + found;
            if (part.Length < PartBytes)
                return file.Length;
            at += part.Length - 1; // one may begin with the last byte
        }
    }

    private static int FindMarker(ReadOnlySpan<byte> part)
    {
        for (var at = 0; part[at..].IndexOf((byte)0xFF) is >= 0 and var next; at++)
        {
            at += next;
            if (at + 1 == part.Length)
                return -1;
            if (part[at + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return at;
        }

        return -1;
    }

    /// <summary>What phones put behind a JPEG: further pictures, a film, zeros, or Samsung's own list of such.</summary>
    private static bool IsOfPhones(Stream file, long end)
    {
        var rest = ResumeInspector.Part(file, end, HeadBytes).AsSpan();
        var first = rest.IndexOfAnyExcept((byte)0);
        return first < 0
            ? file.Length - end <= HeadBytes
            : rest[first..].StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
                || (rest.Length > 8 && rest[4..].StartsWith("ftyp"u8))
                || ResumeInspector.Part(file, file.Length - 4, 4).AsSpan().SequenceEqual("SEFT"u8);
    }

    private static long? Png(Stream file)
    {
        var hasPixels = false;
        for (var at = 8L; ResumeInspector.Part(file, at, 16) is { Length: >= 12 } chunk; )
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var kind = chunk.AsSpan(4, 4);
            if (at == 8 && (length != 13 || !kind.SequenceEqual("IHDR"u8)) || length > int.MaxValue)
                return null;
            hasPixels |= kind.SequenceEqual("IDAT"u8) && length > 0;
            at += 12L + length;
            if (at > file.Length)
                return null;
            if (kind.SequenceEqual("IEND"u8))
                return hasPixels ? at : null;
        }

        return null;
    }

    private static long? Webp(Stream file)
    {
        var head = ResumeInspector.Part(file, 0, 12);
        if (head.Length < 12)
            return null;
        var end = 8L + BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
        if (end > file.Length)
            return null;
        var (at, hasPixels) = (12L, false);
        while (at < end && ResumeInspector.Part(file, at, 8) is { Length: 8 } chunk)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4));
            var kind = chunk.AsSpan(0, 4);
            hasPixels |=
                length > 0
                && (kind.SequenceEqual("VP8 "u8) || kind.SequenceEqual("VP8L"u8) || kind.SequenceEqual("ANMF"u8));
            at += 8L + length + (length & 1);
        }

        return at == end && hasPixels ? end : null;
    }

    private static long? Heic(Stream file)
    {
        var (at, hasMeta, hasData) = (0L, false, false);
        while (ResumeInspector.Part(file, at, 16) is { Length: >= 8 } box && IsBox(box.AsSpan(4, 4)))
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(box);
            if (length == 1)
                length = box.Length == 16 ? BinaryPrimitives.ReadInt64BigEndian(box.AsSpan(8)) : 0;
            else if (length == 0)
                length = file.Length - at; // to the end
            if (length < 8 || length > file.Length - at)
                return null;
            hasMeta |= box.AsSpan(4, 4).SequenceEqual("meta"u8);
            hasData |= box.AsSpan(4, 4).SequenceEqual("mdat"u8);
            at += length;
        }

        return hasMeta && hasData ? at : null;
    }

    // "mpvd" is the film of a moving photo.
    private static bool IsBox(ReadOnlySpan<byte> kind) =>
        kind.SequenceEqual("ftyp"u8)
        || kind.SequenceEqual("meta"u8)
        || kind.SequenceEqual("mdat"u8)
        || kind.SequenceEqual("moov"u8)
        || kind.SequenceEqual("free"u8)
        || kind.SequenceEqual("skip"u8)
        || kind.SequenceEqual("uuid"u8)
        || kind.SequenceEqual("mpvd"u8);

    /// <summary>A PDF, which may begin within the first kilobyte, or a ZIP archive, which is found from its end.</summary>
    private static bool HidesAnother(Stream file)
    {
        if (ResumeInspector.Part(file, 0, HeadBytes).AsSpan().IndexOf("%PDF-"u8) >= 0)
            return true;
        var tail = ResumeInspector.Part(file, Math.Max(0, file.Length - TailBytes), TailBytes).AsSpan();
        for (int found; (found = tail.IndexOf("PK\x05\x06"u8)) >= 0; tail = tail[(found + 4)..])
            if (
                tail[found..] is { Length: >= 22 } end
                && 22 + BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length
            )
                return true;
        return false;
    }
}
