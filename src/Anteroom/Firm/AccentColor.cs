using System.Globalization;

namespace Anteroom.Firm;

/// <summary>
/// The firm's color and what is made of it: buttons and links on light pages as it is, on dark ones lightened until it can be read.
/// Contrast is that of WCAG 2.2, 1.4.3: text of normal size needs 4.5 to 1.
/// </summary>
/// <param name="Light">On light pages: the firm's own color.</param>
/// <param name="LightStrong">For a button under the pointer.</param>
/// <param name="LightSoft">Behind text in <paramref name="Light"/>.</param>
/// <param name="Dark">On dark pages.</param>
/// <param name="DarkStrong">For a button under the pointer.</param>
/// <param name="DarkSoft">Behind text in <paramref name="Dark"/>.</param>
/// <param name="OnDark">Text on <paramref name="Dark"/>; on <paramref name="Light"/> it is white.</param>
public sealed record AccentColor(
    string Light,
    string LightStrong,
    string LightSoft,
    string Dark,
    string DarkStrong,
    string DarkSoft,
    string OnDark
)
{
    private const double Enough = 4.5;

    private static readonly (double R, double G, double B) White = (255, 255, 255);
    private static readonly (double R, double G, double B) Black = (0, 0, 0);

    // The darkest of the light surfaces and the lightest of the dark ones (css/tokens.css), with a little to spare.
    private static readonly (double R, double G, double B) LightSurface = (238, 234, 226);
    private static readonly (double R, double G, double B) DarkSurface = (30, 36, 40);

    /// <summary>Why a color cannot be used, with one that could; null when it can.</summary>
    public static Sentence? Problem(string text)
    {
        if (Parse(text) is not { } color)
            return "Please enter a hex color, such as #14524b.";
        if (IsReadable(color))
            return null;
        var darker = color;
        while (!IsReadable(darker))
            darker = Mix(darker, Black, 0.04);
        return $"This is too light to be read: its contrast is {Contrast(color, LightSurface):0.0} to 1 and has to be {Enough} to 1. {Hex(darker)} would do.";
    }

    /// <summary>What is made of a color; null when it cannot be used.</summary>
    public static AccentColor? From(string? text)
    {
        if (text is null || Parse(text) is not { } color || !IsReadable(color))
            return null;
        var dark = color;
        while (Contrast(dark, DarkSurface) < Enough || Contrast(dark, SoftOf(dark)) < Enough)
            dark = Mix(dark, White, 0.05);
        var on = Mix(dark, Black, 0.85);
        return new(
            Hex(color),
            Hex(Mix(color, Black, 0.25)),
            Hex(Mix(White, color, 0.1)),
            Hex(dark),
            Hex(Mix(dark, White, 0.2)),
            Hex(SoftOf(dark)),
            Hex(Contrast(on, dark) >= Enough ? on : Black)
        );
    }

    private static (double R, double G, double B) SoftOf((double R, double G, double B) dark) =>
        Mix(DarkSurface, dark, 0.12);

    private static bool IsReadable((double R, double G, double B) color) =>
        Contrast(color, LightSurface) >= Enough && Contrast(color, Mix(White, color, 0.1)) >= Enough;

    private static (double R, double G, double B)? Parse(string text) =>
        text is ['#', _, _, _, _, _, _]
        && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)
            ? (rgb >> 16, (rgb >> 8) & 255, rgb & 255)
            : null;

    private static string Hex((double R, double G, double B) color) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"#{(int)Math.Round(color.R):x2}{(int)Math.Round(color.G):x2}{(int)Math.Round(color.B):x2}"
        );

    private static (double R, double G, double B) Mix(
        (double R, double G, double B) one,
        (double R, double G, double B) other,
        double share
    ) =>
        (one.R + ((other.R - one.R) * share), one.G + ((other.G - one.G) * share), one.B + ((other.B - one.B) * share));

    private static double Contrast((double R, double G, double B) one, (double R, double G, double B) other)
    {
        var (light, dark) = (Luminance(one), Luminance(other));
        return (Math.Max(light, dark) + 0.05) / (Math.Min(light, dark) + 0.05);
    }

    private static double Luminance((double R, double G, double B) color) =>
        (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));

    private static double Linear(double channel) =>
        channel / 255 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);
}
