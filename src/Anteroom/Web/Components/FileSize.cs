using System.Globalization;

namespace Anteroom.Web.Components;

/// <summary>Sizes as people read them; 1 KB is 1,024 bytes, as file managers count.</summary>
public static class FileSize
{
    private const long Kilo = 1024;
    private const long Mega = Kilo * Kilo;

    /// <summary><c>820 bytes</c>, <c>48 KB</c>, <c>2.4 MB</c>.</summary>
    public static string Words(long bytes) =>
        bytes switch
        {
            1 => "1 byte",
            < Kilo => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
            < Mega => string.Create(CultureInfo.InvariantCulture, $"{(bytes + Kilo / 2) / Kilo} KB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)Mega:0.#} MB"),
        };
}
