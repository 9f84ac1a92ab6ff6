using System.Buffers.Binary;

namespace Anteroom.Resumes;

/// <summary>Pictures by their first bytes. Some of these are letters, so a little of what has to follow is asked for, too.</summary>
internal static class Picture
{
    /// <summary>Decides about a file that begins like a picture of a kind that is kept; null for any other.</summary>
    public static ResumeInspection? Inspect(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xD8, 0xFF, ..])
            return Is(ResumeType.Jpeg, head.Length > 20);
        if (head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..])
            return Is(ResumeType.Png, head.Length > 24 && head[12..].StartsWith("IHDR"u8));
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
            return Is(ResumeType.Gif, head.Length > 13);
        if (head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8))
            return Is(ResumeType.Webp, head.Length > 20 && head[12..].StartsWith("VP8"u8));
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8))
            return Is(ResumeType.Tiff, head.Length > 8);
        return IsHeic(head) ? ResumeInspection.Is(ResumeType.Heic) : null;
    }

    // ISO/IEC 23008-12: the first box is "ftyp" with the brand.
    private static bool IsHeic(ReadOnlySpan<byte> head) =>
        head.Length >= 12
        && BinaryPrimitives.ReadUInt32BigEndian(head) is >= 12 and < 1024
        && head[4..].StartsWith("ftyp"u8)
        && head[8..] is var brand
        && (
            brand.StartsWith("hei"u8)
            || brand.StartsWith("hev"u8)
            || brand.StartsWith("mif1"u8)
            || brand.StartsWith("msf1"u8)
        );

    private static ResumeInspection Is(ResumeType type, bool goesOn) =>
        goesOn ? ResumeInspection.Is(type) : ResumeInspection.Damaged;
}
