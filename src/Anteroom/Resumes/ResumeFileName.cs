using System.Globalization;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>Makes the prospect's name for a file safe to display and to offer for a download.</summary>
public static class ResumeFileName
{
    /// <summary>The longest name, in UTF-16 units, extension included.</summary>
    public const int MaxLength = 200;

    private const int LongestExtension = 16;
    private const string Nameless = "resume";

    /// <summary>
    /// Cleans whatever a browser sent: the last segment of a path of either kind, NFC, without control, invisible and
    /// direction-changing characters, without those that file systems refuse, never a device name of Windows, at most
    /// <see cref="MaxLength"/> long with its extension kept, never empty.
    /// </summary>
    public static string Clean(string? fileName)
    {
        var name = (fileName ?? "")[((fileName ?? "").LastIndexOfAny(['/', '\\']) + 1)..];
        var clean = new StringBuilder(Math.Min(name.Length, 1024));
        foreach (var rune in name.EnumerateRunes().Where(rune => !IsUnfit(rune)))
            clean.Append(rune);

        name = Trim(Texts.CollapseSpaces(clean.ToString().Normalize(NormalizationForm.FormC)));
        if (name.Length > MaxLength)
            name = Shorten(name);
        if (name.Length == 0)
            return Nameless;
        return IsDevice(name) ? "_" + name : name;
    }

    private static bool IsUnfit(Rune rune) =>
        Texts.IsControl(rune)
        || Texts.IsDirection(rune)
        || Texts.IsInvisible(rune)
        || rune == Rune.ReplacementChar
        || (rune.Value & 0xFFFE) == 0xFFFE
        || rune.Value is >= 0xFDD0 and <= 0xFDEF
        || (rune.IsAscii && "<>:\"/\\|?*".Contains((char)rune.Value, StringComparison.Ordinal));

    /// <summary>A leading dot hides a file, a trailing dot or space is lost on Windows.</summary>
    private static string Trim(string name) => name.Trim('.', ' ');

    private static string Shorten(string name)
    {
        var extension = Path.GetExtension(name);
        if (extension.Length > LongestExtension)
            extension = "";
        var end = MaxLength - extension.Length;
        if (char.IsHighSurrogate(name[end - 1]))
            end--;
        return Trim(Trim(name[..end]) + extension);
    }

    /// <summary>CON, NUL, COM1 … name devices on Windows, whatever extension follows.</summary>
    private static bool IsDevice(string name)
    {
        var stem = name.Split('.')[0].TrimEnd(' ').ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL"
            || (stem.Length == 4 && stem[..3] is "COM" or "LPT" && stem[3] is (>= '0' and <= '9') or '¹' or '²' or '³');
    }

    /// <summary>
    /// <c>Last_First_resume.ext</c>, or <c>First_resume.ext</c> for people with one name: what the firm's people get to see. Letters and digits of any script stay; everything else
    /// becomes a hyphen.
    /// </summary>
    public static string ForDownload(string firstName, string lastName, ResumeType type) =>
        $"{(lastName.Length == 0 ? "" : Safe(lastName) + "_")}{Safe(firstName)}_resume.{type.ToExtension()}";

    /// <summary>The name under which a file is handed out: of a resume after its prospect, of what people of the firm added as they call it.</summary>
    public static string ForDownload(Resume resume, string firstName, string lastName)
    {
        ArgumentNullException.ThrowIfNull(resume);
        return resume.AddedAt is null
            ? ForDownload(firstName, lastName, resume.Type)
            : WithExtension(resume.FileName, resume.Type);
    }

    /// <summary>Programs go by the end of a name, so it has to be one of this type.</summary>
    private static string WithExtension(string name, ResumeType type) =>
        type.Extensions().Contains(Path.GetExtension(name).TrimStart('.').ToLowerInvariant(), StringComparer.Ordinal)
            ? name
            : $"{name}.{type.Extensions()[0]}";

    private static string Safe(string name)
    {
        var safe = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var keep = Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark;
            if (keep)
                safe.Append(rune.ToString());
            else if (safe.Length > 0 && safe[^1] != '-')
                safe.Append('-');
        }

        var trimmed = safe.ToString().TrimEnd('-');
        return trimmed.Length == 0 ? "x" : trimmed;
    }
}
