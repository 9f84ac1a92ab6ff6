using System.Text;

namespace Anteroom.Resumes;

/// <summary>The text of a file.</summary>
/// <param name="Text">Plain text, with lines and tabs.</param>
/// <param name="Encoding">For plain text: in which encoding it was read, by its name for programs; null for every other kind.</param>
/// <param name="Facts">What rules find in it, as JSON.</param>
internal sealed record FoundText(string Text, string? Encoding, string Facts = "[]");

/// <summary>
/// The text of an uploaded file, for a look without opening it. Uploads are hostile: every part is bounded, nothing that they
/// refer to is fetched, and what comes out is plain text. Whatever a reader does all the same, it does in a process of its own
/// (<see cref="ReadingProcess"/>).
/// </summary>
internal static class ResumeText
{
    /// <summary>The longest text, in UTF-16 units; ten times a long resume.</summary>
    public const int Longest = 100_000;

    /// <summary>The most that is read of a file, in bytes; pictures usually come after the text.</summary>
    internal const int MostBytes = 16 * 1024 * 1024;

    /// <summary>Reading stops after this time of a processor.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    /// <summary>The text; null when none can be read.</summary>
    /// <param name="file">The file, or its first <see cref="MostBytes"/>.</param>
    /// <param name="type">What the inspection found it to be.</param>
    /// <param name="encoding">For plain text: the encoding that a person has chosen; null to find it.</param>
    public static FoundText? Read(byte[] file, ResumeType type, string? encoding = null)
    {
        var text = new BoundedText(Longest, MostTime);
        string? readAs = null;
        try
        {
            using var stream = new MemoryStream(file, writable: false);
            switch (type)
            {
                case ResumeType.Pdf:
                    PdfText.Read(file, text);
                    break;
                case ResumeType.Docx:
                    DocxText.Read(stream, text);
                    break;
                case ResumeType.Odt or ResumeType.Ods:
                    OdtText.Read(stream, text);
                    break;
                case ResumeType.Doc when file.AsSpan().StartsWith(CompoundFile.Signature):
                    WordText.Read(stream, text);
                    break;
                case ResumeType.Doc:
                    DocxText.ReadSingle(stream, text);
                    break;
                case ResumeType.Rtf:
                    RtfText.Read(file, text);
                    break;
                case ResumeType.Xlsx or ResumeType.Pptx:
                    OfficeText.Read(stream, text);
                    break;
                case ResumeType.Eml:
                    EmlText.Read(stream, text);
                    break;
                case ResumeType.Msg:
                    EmlText.ReadOutlook(stream, text);
                    break;
                case ResumeType.Txt:
                    var found = (encoding is null ? null : TextEncodings.Find(encoding)) ?? TextEncodings.Guess(file);
                    readAs = found.WebName;
                    text.Append(Lines(found.GetString(file.AsSpan(TextEncodings.MarkBytes(file, found)))));
                    break;
            }
        }
        catch (Exception error) when (error is InvalidDataException or System.Xml.XmlException or NotSupportedException)
        {
            // Damaged, perhaps on purpose: what was read so far is shown.
        }

        return text.ToString() is { Length: > 0 } words ? new(words, readAs) : null;
    }

    /// <summary>The first part of a file.</summary>
    public static async Task<byte[]> CopyAsync(Stream content, CancellationToken cancellation)
    {
        using var copy = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int read;
        while (copy.Length < MostBytes && (read = await content.ReadAsync(chunk, cancellation)) > 0)
            copy.Write(chunk, 0, (int)Math.Min(read, MostBytes - copy.Length));
        return copy.ToArray();
    }

    // Of Unix, DOS, the Mac of old, and Unicode.
    private static string Lines(string text) =>
        new StringBuilder(text)
            .Replace("\r\n", "\n")
            .Replace('\r', '\n')
            .Replace('\v', '\n')
            .Replace('\f', '\n')
            .Replace('\u0085', '\n')
            .Replace('\u2028', '\n')
            .Replace('\u2029', '\n')
            .ToString();
}
