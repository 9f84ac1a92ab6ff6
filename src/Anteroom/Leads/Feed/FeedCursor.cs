using System.Buffers.Binary;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Leads;

/// <summary>
/// A place in the feed: the last change that was read. It is good as long as that very change is in the log, so one from before a restored
/// backup, from another server or from too long ago is not.
/// </summary>
/// <param name="TransactionId">Its transaction.</param>
/// <param name="Number">Its lead.</param>
/// <param name="At">When it was written.</param>
/// <param name="Sight">Whose sight it was read with: the user's id where attorneys see only theirs, else empty.</param>
public sealed record FeedCursor(long TransactionId, long Number, DateTimeOffset At, Guid Sight)
{
    private const int Length = 40;

    /// <summary>For clients, who need not know what is in it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, TransactionId);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Number);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], At.UtcTicks);
        Sight.TryWriteBytes(bytes[24..]);
        return WebEncoders.Base64UrlEncode(bytes);
    }

    /// <summary>Reads <see cref="ToString"/>; null for anything else.</summary>
    public static FeedCursor? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Span<byte> bytes = stackalloc byte[Length];
        try
        {
            if (WebEncoders.Base64UrlDecode(text) is not { Length: Length } decoded)
                return null;
            decoded.CopyTo(bytes);
        }
        catch (FormatException)
        {
            return null;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[16..]);
        return ticks < DateTimeOffset.UnixEpoch.Ticks || ticks > DateTimeOffset.MaxValue.Ticks
            ? null
            : new FeedCursor(
                BinaryPrimitives.ReadInt64BigEndian(bytes),
                BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
                new DateTimeOffset(ticks, TimeSpan.Zero),
                new Guid(bytes[24..])
            );
    }
}
