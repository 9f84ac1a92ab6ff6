using System.Globalization;

namespace Anteroom.Admin;

/// <summary>A segment of PostgreSQL's log, by the name of its file: timeline, and the place of its 16 MB (PostgreSQL manual, WAL internals).</summary>
/// <param name="Timeline">The timeline.</param>
/// <param name="Number">Which one; the next has the next number.</param>
internal sealed record WalSegment(uint Timeline, ulong Number)
{
    /// <summary>How long each is.</summary>
    internal const long Bytes = 16 * 1024 * 1024;

    private const ulong Size = 16 * 1024 * 1024;
    private const ulong PerFile = 0x1_0000_0000 / Size;

    /// <summary>The one after it.</summary>
    public WalSegment Next => this with { Number = Number + 1 };

    /// <summary>Where it ends, as PostgreSQL writes a place in the log.</summary>
    public string End =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Next.Number * Size >> 32:X}/{Next.Number * Size & 0xFFFF_FFFF:X}"
        );

    /// <summary>Reads the name of a file; null when it is none of a segment.</summary>
    public static WalSegment? Parse(string name) =>
        name.Length == 24
        && uint.TryParse(name.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var line)
        && uint.TryParse(name.AsSpan(8, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
        && uint.TryParse(name.AsSpan(16, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low)
            ? new(line, (high * PerFile) + low)
            : null;

    /// <summary>Less than 0 when it is before the other, 0 when it is the same: by timeline, then by place.</summary>
    public int Order(WalSegment other) =>
        Timeline != other.Timeline ? Timeline.CompareTo(other.Timeline) : Number.CompareTo(other.Number);

    /// <summary>The name of its file.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Timeline:X8}{Number / PerFile:X8}{Number % PerFile:X8}");
}
