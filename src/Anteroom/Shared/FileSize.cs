using System.Globalization;

namespace Anteroom.Shared;

/// <summary>Sizes in words.</summary>
public static class FileSize
{
    /// <summary>A size for a sentence: <c>10 MB</c>, <c>512 KB</c>, <c>1.5 MB</c>.</summary>
    public static string Of(long bytes) =>
        bytes switch
        {
            < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
            < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
            < 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):N1} GB"),
        };
}
