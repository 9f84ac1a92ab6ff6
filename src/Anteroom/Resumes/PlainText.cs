using System.Buffers;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Recognizes plain text: it decodes as UTF-8, UTF-16 with a byte order mark or Windows-1252, has no control characters except for lines
/// and pages, and does not start like something that a browser or shell would run.
/// </summary>
internal static class PlainText
{
    private const int Chunk = 64 * 1024;
    private const int MarkupWithin = 1024;

    private static readonly SearchValues<string> Markup = SearchValues.Create(
        ["<!doctype", "<html", "<body", "<script", "<iframe", "<svg", "<?php"],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>The five codes that Windows-1252 leaves undefined.</summary>
    private static readonly SearchValues<byte> Undefined = SearchValues.Create([0x81, 0x8D, 0x8F, 0x90, 0x9D]);

    private static readonly SearchValues<byte> Controls = SearchValues.Create([
        .. Enumerable.Range(0, 32).Append(127).Select(code => (byte)code).Except("\t\n\f\r"u8.ToArray()),
    ]);

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create([
        .. Enumerable.Range(0, 32).Append(127).Select(code => (char)code).Except("\t\n\f\r"),
    ]);

    /// <summary>Decides about a file that is none of the binary kinds.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        var mark = ResumeInspector.Part(file, 0, 3);
        if (mark is [0xFF, 0xFE, ..])
            return Decode(file, 2, new UnicodeEncoding(bigEndian: false, false, throwOnInvalidBytes: true))
                ?? Unknown();
        if (mark is [0xFE, 0xFF, ..])
            return Decode(file, 2, new UnicodeEncoding(bigEndian: true, false, throwOnInvalidBytes: true)) ?? Unknown();

        var skip = mark is [0xEF, 0xBB, 0xBF] ? 3 : 0;
        if (HasAny(file, Controls))
            return Unknown();
        return Decode(file, skip, new UTF8Encoding(false, throwOnInvalidBytes: true))
            ?? (HasAny(file, Undefined) ? Unreadable() : Decode(file, 0, Encoding.Latin1))
            ?? Unknown();
    }

    /// <summary>Markup or code near the start of a text, where programs that guess types look.</summary>
    public static bool MentionsMarkup(ReadOnlySpan<char> text) =>
        text[..Math.Min(text.Length, MarkupWithin)].ContainsAny(Markup);

    private static ResumeInspection Unknown() => ResumeInspection.Refuse("This is not a kind of document we can read.");

    private static ResumeInspection Unreadable() =>
        ResumeInspection.Refuse("This text has letters we cannot read; saving it as UTF-8 or as a PDF helps.");

    /// <summary>Decodes the file bit by bit; null when it is not in this encoding. Latin-1 stands in for Windows-1252.</summary>
    private static ResumeInspection? Decode(Stream file, int skip, Encoding encoding)
    {
        var decoder = encoding.GetDecoder();
        var bytes = ArrayPool<byte>.Shared.Rent(Chunk);
        var characters = ArrayPool<char>.Shared.Rent(Chunk + 16);
        try
        {
            file.Position = skip;
            bool isFirst = true,
                isBlank = true;
            int read;
            do
            {
                read = file.ReadAtLeast(bytes.AsSpan(0, Chunk), Chunk, throwOnEndOfStream: false);
                var length = decoder.GetChars(bytes.AsSpan(0, read), characters, flush: read < Chunk);
                var text = characters.AsSpan(0, length);
                if (text.ContainsAny(ControlCharacters))
                    return Unknown();
                if (isFirst && Runnable(text) is { } finding)
                    return ResumeInspection.Refuse(finding);
                isFirst = false;
                isBlank &= text.IsWhiteSpace();
            } while (read == Chunk);

            return isBlank
                ? ResumeInspection.Refuse("This file has no text in it.")
                : ResumeInspection.Is(ResumeType.Txt);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    /// <summary>What a text seems to be when it is not prose; null when it is.</summary>
    private static string? Runnable(ReadOnlySpan<char> text)
    {
        var start = text.TrimStart("\uFEFF \t\r\n\f");
        if (start.StartsWith("#!"))
            return "This looks like a script, not a resume.";
        if (start.StartsWith("MZ"))
            return "This looks like a Windows program, not a resume.";
        if (start.StartsWith("<svg", StringComparison.OrdinalIgnoreCase))
            return "This looks like an SVG picture, not a resume.";
        // <html>, <!-- -->, <?xml …?>, </a>: any markup.
        if (start.Length > 1 && start[0] == '<' && (char.IsAsciiLetter(start[1]) || start[1] is '!' or '?' or '/'))
            return start[..Math.Min(start.Length, MarkupWithin)].Contains("<svg", StringComparison.OrdinalIgnoreCase)
                ? "This looks like an SVG picture, not a resume."
                : "This looks like a web page, not a resume.";
        return MentionsMarkup(start) ? "This looks like a web page, not a resume." : null;
    }

    private static bool HasAny(Stream file, SearchValues<byte> values)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            file.Position = 0;
            int read;
            while ((read = file.Read(bytes)) > 0)
            {
                if (bytes.AsSpan(0, read).ContainsAny(values))
                    return true;
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
