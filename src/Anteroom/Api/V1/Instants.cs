using System.Globalization;

namespace Anteroom.Api.V1;

/// <summary>Instants on the wire: RFC 3339, which always has the offset, so that nobody's time zone is guessed.</summary>
internal static class Instants
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
    ];

    /// <summary>Reads an instant; null when it is none or has no offset.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        text is { Length: > 0 and < 50 }
        && (text[^1] is 'Z' or 'z' || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
        && DateTimeOffset.TryParseExact(
            text.ToUpperInvariant(),
            Formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var instant
        )
            ? instant.ToUniversalTime()
            : null;
}
