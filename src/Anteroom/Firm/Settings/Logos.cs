using System.Buffers.Binary;
using System.Security.Cryptography;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Firm;

/// <summary>Takes the firm's logo in and hands it out.</summary>
public sealed class Logos(NpgsqlDataSource database, ChangeSettings change, TimeProvider time)
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The largest width and height, in pixels.</summary>
    public const int MaxPixels = 4_096;

    /// <summary>For the file field.</summary>
    public const string Accept = ".png,.jpg,.jpeg,.webp,image/png,image/jpeg,image/webp";

    // The one in use, so that pages of many visitors ask the database once.
    private Logo? _last;

    /// <summary>Keeps a picture and puts it into use; returns what is wrong with it, or null.</summary>
    public async Task<Sentence?> ReplaceAsync(ReadOnlyMemory<byte> file, CurrentUser by, CancellationToken cancellation)
    {
        if (Problem(file.Span, out var type) is { } problem)
            return problem;
        var digest = Convert.ToHexStringLower(SHA256.HashData(file.Span))[..16];
        await using (
            var keep = database.CreateCommand(
                "insert into logos (digest, type, content, added_at) values ($1, $2, $3, $4) on conflict do nothing"
            )
        )
        {
            keep.Parameters.Add(Sql.Value(digest));
            keep.Parameters.Add(Sql.Value(type));
            keep.Parameters.Add(Sql.Value(file.ToArray()));
            keep.Parameters.Add(Sql.Value(Sql.Instant(time.GetUtcNow())));
            await keep.ExecuteNonQueryAsync(cancellation);
        }

        await UseAsync(digest, by, cancellation);
        return null;
    }

    /// <summary>Goes back to none.</summary>
    public Task RemoveAsync(CurrentUser by, CancellationToken cancellation) => UseAsync(null, by, cancellation);

    private async Task UseAsync(string? digest, CurrentUser by, CancellationToken cancellation)
    {
        await change.SetAsync(
            SettingSection.Firm,
            "Firm:Logo",
            digest,
            by,
            digest is null ? "removed the logo" : "uploaded a logo",
            cancellation
        );
        // No page shows those anymore, but one opened just now may still ask for the last one.
        await using var forget = database.CreateCommand(
            "delete from logos where digest <> coalesce((select value from settings where key = 'Firm:Logo'), '')"
        );
        await forget.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The picture of a digest; null when there is none.</summary>
    public async Task<Logo?> FindAsync(string digest, CancellationToken cancellation)
    {
        if (Volatile.Read(ref _last) is { } known && known.Digest == digest)
            return known;
        var logo = await database.QueryOneAsync<Logo>(
            "select digest, type, content, added_at from logos where digest = $1",
            cancellation,
            Sql.Value(digest)
        );
        if (logo is not null)
            Volatile.Write(ref _last, logo);
        return logo;
    }

    /// <summary>Why a file cannot be the logo, by its content; null when it can.</summary>
    public static Sentence? Problem(ReadOnlySpan<byte> file, out string type)
    {
        type = "";
        if (file.IsEmpty)
            return "Please choose a picture: PNG, JPEG or WebP.";
        if (file.Length > MaxBytes)
            return $"This picture is too large: it can have at most {FileSize.Of(MaxBytes)}.";
        if (LooksLikeSvg(file))
            return "SVG is not taken, for it can hold programs. Please choose PNG, JPEG or WebP.";
        (type, var size) = Inspect(file);
        if (type.Length == 0)
            return "This is no picture that can be used. Please choose PNG, JPEG or WebP.";
        if (size is not ({ } width and > 0, { } height and > 0))
            return "This picture is damaged.";
        if (width > MaxPixels || height > MaxPixels)
            return $"This picture has {width} × {height} pixels: it can have at most {MaxPixels} × {MaxPixels}.";
        return null;
    }

    private static bool LooksLikeSvg(ReadOnlySpan<byte> file) =>
        file[..Math.Min(file.Length, 1024)].IndexOf("<svg"u8) >= 0;

    /// <summary>The type by the first bytes, and the size in pixels that they name; null when they are not all there.</summary>
    private static (string Type, (int Width, int Height)? Size) Inspect(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))
            return ("image/png", Png(file));
        if (file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]))
            return ("image/jpeg", Jpeg(file));
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8))
            return ("image/webp", WebP(file));
        return ("", null);
    }

    // PNG, third edition, 11.2.1: the header chunk is the first.
    private static (int, int)? Png(ReadOnlySpan<byte> file) =>
        file.Length >= 33 && file[12..16].SequenceEqual("IHDR"u8) && file[^12..].IndexOf("IEND"u8) >= 0
            ? (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]))
            : null;

    // ITU T.81, B.2: segments one after the other; a frame header (SOF) names the size.
    private static (int, int)? Jpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 9 < file.Length && file[at] == 0xff; )
        {
            var marker = file[at + 1];
            if (marker == 0xff)
            {
                at++;
                continue;
            }

            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
                return (
                    BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]),
                    BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..])
                );
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return null;
    }

    // RFC 9649, 2.5 to 2.7: lossy, lossless, extended.
    private static (int, int)? WebP(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30)
            return null;
        if (file[12..16].SequenceEqual("VP8 "u8))
            return (
                BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3fff,
                BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3fff
            );
        if (file[12..16].SequenceEqual("VP8L"u8) && BinaryPrimitives.ReadInt32LittleEndian(file[21..]) is var bits)
            return ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
        if (file[12..16].SequenceEqual("VP8X"u8))
            return (
                (file[24] | (file[25] << 8) | (file[26] << 16)) + 1,
                (file[27] | (file[28] << 8) | (file[29] << 16)) + 1
            );
        return null;
    }
}
