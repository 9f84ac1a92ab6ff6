using System.Buffers;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Recognizes plain text of any encoding by what it does not have: control characters other than those for lines and pages, and a
/// beginning that a browser takes for a page or a shell for a script. In UTF-16, with or without a mark, that is looked for after decoding.
/// </summary>
internal static class PlainText
{
    private const int Chunk = 64 * 1024;
    private const int MarkupWithin = 1024;

    private static readonly SearchValues<string> Markup = SearchValues.Create(
        ["<!doctype", "<html", "<body", "<script", "<iframe", "<svg", "<?php"],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>What browsers take for a page where it stands first and the tag ends (WHATWG MIME Sniffing, section 7.1).</summary>
    private static readonly string[] PageTags =
    [
        "!doctype html",
        "html",
        "head",
        "script",
        "iframe",
        "h1",
        "div",
        "font",
        "table",
        "a",
        "style",
        "title",
        "b",
        "body",
        "br",
        "p",
        "meta",
        "link",
        "span",
        "center",
    ];

    /// <summary>Lines, pages, the end of a file of DOS, and the escapes of ISO 2022 (<see cref="IsIso2022"/>).</summary>
    private const string Allowed = "\t\n\v\f\r\x1A\x1B";

    private static readonly SearchValues<char> Controls = SearchValues.Create([
        .. Enumerable.Range(0, 32).Append(127).Select(code => (char)code).Except(Allowed),
    ]);

    /// <summary>Decides about a file that is none of the binary kinds.</summary>
    public static ResumeInspection Inspect(Stream file)
    {
        var utf16 = TextEncodings.Utf16(ResumeInspector.Part(file, 0, 4096));
        var isFirst = true;
        var isBlank = true;
        foreach (var text in Pieces(file, utf16))
        {
            if (text.AsSpan().ContainsAny(Controls) || !IsIso2022(text))
                return ResumeInspection.Unknown;
            if (isFirst && Runnable(text, file) is { } finding)
                return finding;
            isFirst = false;
            isBlank &= text.AsSpan().Trim('\x1A').IsWhiteSpace();
        }

        return isBlank ? ResumeInspection.Refuse("This file has no text in it.") : ResumeInspection.Is(ResumeType.Txt);
    }

    /// <summary>Markup or code near the start of a text, where programs that guess types look.</summary>
    public static bool MentionsMarkup(ReadOnlySpan<char> text) =>
        text[..Math.Min(text.Length, MarkupWithin)].ContainsAny(Markup);

    /// <summary>The text bit by bit. Latin-1 stands in for all encodings whose controls are those of ASCII.</summary>
    private static IEnumerable<string> Pieces(Stream file, Encoding? utf16)
    {
        var decoder = (utf16 ?? Encoding.Latin1).GetDecoder();
        var bytes = new byte[Chunk];
        var characters = new char[Chunk + 16];
        file.Position = TextEncodings.MarkBytes(ResumeInspector.Part(file, 0, 3));
        int read;
        do
        {
            read = file.ReadAtLeast(bytes, Chunk, throwOnEndOfStream: false);
            yield return new(characters, 0, decoder.GetChars(bytes, 0, read, characters, 0, flush: read < Chunk));
        } while (read == Chunk);
    }

    // Japanese, Chinese and Korean mail: every escape names a set of characters, "ESC ( B" or "ESC $ B".
    private static bool IsIso2022(string text)
    {
        for (var at = text.IndexOf('\x1B'); at >= 0; at = text.IndexOf('\x1B', at + 1))
            if (
                at + 2 < text.Length
                && !(text[at + 1] is '$' or '(' or ')' && text[at + 2] is '(' or ')' or '@' or 'B' or 'J' or 'I')
            )
                return false;
        return true;
    }

    /// <summary>What a text seems to be when it is not prose; null when it is.</summary>
    private static ResumeInspection? Runnable(string text, Stream file)
    {
        var start = text.AsSpan().TrimStart("\uFEFF \t\r\n\v\f");
        if (start.StartsWith("#!"))
            return ResumeInspection.Refuse("This looks like a script, not a document.");
        if (MailFile.Inspect(start) is { } mail)
            return mail;
        if (start is not ['<', ..])
            return null;
        var head = start[..Math.Min(start.Length, MarkupWithin)];
        if (WordXml.Inspect(head, file) is { } word)
            return word;
        if (
            head.StartsWith("<svg", StringComparison.OrdinalIgnoreCase)
            || (head.StartsWith("<?xml") && head.Contains("<svg", StringComparison.OrdinalIgnoreCase))
        )
            return ResumeInspection.Refuse("This looks like an SVG picture, not a document.");
        return IsPage(head) ? ResumeInspection.Refuse("This looks like a web page, not a document.") : null;
    }

    private static bool IsPage(ReadOnlySpan<char> head)
    {
        if (head.StartsWith("<!--") || head.StartsWith("<?") || head.StartsWith("</"))
            return true;
        foreach (var tag in PageTags)
            if (
                head.Length > tag.Length + 1
                && head[1..].StartsWith(tag, StringComparison.OrdinalIgnoreCase)
                && head[tag.Length + 1] is ' ' or '\t' or '\r' or '\n' or '\f' or '>' or '/'
            )
                return true;
        return false;
    }
}
