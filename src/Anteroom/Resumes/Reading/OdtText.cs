using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Anteroom.Resumes;

/// <summary>
/// The text of OpenDocument (1.3 part 3, sections 5 and 6): the headers of the pages, headings and paragraphs, in which all text counts,
/// their notes after them, and the footers. Deleted and hidden text, comments and descriptions of pictures are left out.
/// </summary>
internal static class OdtText
{
    /// <summary>Adds the text to <paramref name="text"/>.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="XmlException">The XML is damaged, or too large.</exception>
    public static void Read(Stream file, BoundedText text)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var (header, footer) = (Short(), Short());
        try
        {
            Read(archive, "styles.xml", new(header, "header") { Or = new(footer, "footer") });
        }
        catch (XmlException) { }

        if (header.ToString() is { Length: > 0 } above)
        {
            text.Append(above);
            text.Line();
        }

        Read(archive, "content.xml", new(text, "body"));
        text.Apart();
        text.Append(footer.ToString());
    }

    private static BoundedText Short() => new(5_000, TimeSpan.FromSeconds(1));

    private static void Read(ZipArchive archive, string part, OdtElements elements)
    {
        if (archive.Find(part) is not { } entry)
            return;
        using var content = entry.Open();
        using var xml = XmlReader.Create(content, DocxText.Settings);
        while (!elements.IsFull && xml.Read())
        {
            elements.Take(xml);
            elements.Or?.Take(xml);
        }
    }
}

/// <summary>The state of reading paragraphs inside an element.</summary>
/// <param name="text">Where the text goes.</param>
/// <param name="within">The element that counts; its name may go on, as <c>header-first</c>. Everything counts where it is the body and is missing.</param>
internal sealed class OdtElements(BoundedText text, string within)
{
    private readonly HashSet<string> _hiddenStyles = new(StringComparer.Ordinal);
    private readonly StringBuilder _notes = new();
    private string? _style;
    private int? _skipped;
    private int _inside;
    private int _paragraphs;
    private int _notesDepth;
    private bool _isAfterSpace = true;
    private bool _wasAfterSpace; // where the note stands

    /// <summary>Another that reads the same part.</summary>
    public OdtElements? Or { get; init; }

    public bool IsFull => text.IsFull;

    public void Take(XmlReader xml)
    {
        if (_skipped is { } depth)
        {
            if (xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth)
                _skipped = null;
            return;
        }

        switch (xml.NodeType)
        {
            case XmlNodeType.Element:
                Begin(xml);
                break;
            case XmlNodeType.EndElement:
                End(xml.LocalName);
                break;
            case XmlNodeType.Text
            or XmlNodeType.SignificantWhitespace
            or XmlNodeType.Whitespace
            or XmlNodeType.CDATA when _paragraphs > 0 && Counts:
                Words(xml.Value);
                break;
        }
    }

    private bool Counts => within == "body" || _inside > 0;

    private void Begin(XmlReader xml)
    {
        switch (xml.LocalName)
        {
            case "style":
                _style = xml.GetAttribute("name", xml.NamespaceURI);
                break;
            case "text-properties" when _style is not null && xml.GetAttribute("display", Text) == "none":
                _hiddenStyles.Add(_style);
                break;
            case "tracked-changes"
            or "annotation"
            or "note-citation"
            or "ruby-text"
            or "binary-data"
            or "forms"
            or "desc"
            or "title" when xml.LocalName is not "title" || xml.NamespaceURI.Contains("svg", StringComparison.Ordinal):
            case "section" when xml.GetAttribute("display", xml.NamespaceURI) == "none":
            case "p" or "h" or "span" when IsHidden(xml):
                if (!xml.IsEmptyElement)
                    _skipped = xml.Depth;
                break;
            case var name when Is(name) && !xml.IsEmptyElement:
                _inside++;
                break;
            case "p" or "h" when Counts:
                Paragraph(xml.IsEmptyElement);
                break;
            case "note-body" when !xml.IsEmptyElement:
                _notesDepth++;
                _wasAfterSpace = _isAfterSpace;
                break;
            case "text-box" when Counts && _notesDepth == 0:
                text.Apart();
                break;
            case "tab" when _paragraphs > 0 && Counts:
                Add("\t");
                break;
            case "s" when _paragraphs > 0 && Counts:
                Add(
                    new(
                        ' ',
                        Math.Clamp(
                            int.TryParse(
                                xml.GetAttribute("c", xml.NamespaceURI),
                                CultureInfo.InvariantCulture,
                                out var count
                            )
                                ? count
                                : 1,
                            1,
                            100
                        )
                    )
                );
                break;
            case "line-break" when _paragraphs > 0 && Counts:
                Add("\n");
                break;
        }
    }

    private void End(string name)
    {
        switch (name)
        {
            case "style":
                _style = null;
                break;
            case var _ when Is(name):
                _inside = Math.Max(_inside - 1, 0);
                break;
            case "p" or "h" when Counts:
                EndParagraph();
                break;
            case "note-body":
                _notesDepth = Math.Max(_notesDepth - 1, 0);
                _isAfterSpace = _wasAfterSpace;
                break;
            case "table-cell" when Counts && _notesDepth == 0:
                text.Cell();
                break;
            case "table-row" when Counts && _notesDepth == 0:
                text.Row();
                break;
        }
    }

    private bool Is(string name) =>
        within != "body"
        && name.StartsWith(within, StringComparison.Ordinal)
        && name[within.Length..] is "" or "-left" or "-first";

    private const string Text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

    private bool IsHidden(XmlReader xml) =>
        xml.GetAttribute("style-name", xml.NamespaceURI) is { } style && _hiddenStyles.Contains(style);

    private void Paragraph(bool isEmpty)
    {
        if (isEmpty)
        {
            Add("\n");
            return;
        }

        _paragraphs++;
        _isAfterSpace = true;
    }

    private void EndParagraph()
    {
        _paragraphs = Math.Max(_paragraphs - 1, 0);
        Add("\n");
        _isAfterSpace = true;
        if (_paragraphs > 0 || _notes.Length == 0)
            return;
        text.Append(_notes.ToString());
        text.Apart();
        _notes.Clear();
    }

    // White space in the XML is one space, and none at the beginning of a paragraph (section 6.1.2).
    private void Words(string words)
    {
        var plain = new StringBuilder(words.Length);
        foreach (var one in words)
        {
            var isSpace = one is ' ' or '\t' or '\r' or '\n';
            if (!isSpace || !_isAfterSpace)
                plain.Append(isSpace ? ' ' : one);
            _isAfterSpace = isSpace;
        }

        Add(plain.ToString(), keepsSpace: true);
    }

    private void Add(string words, bool keepsSpace = false)
    {
        if (!keepsSpace)
            _isAfterSpace = words == "\n";
        if (_notesDepth > 0)
            _notes.Append(words);
        else if (words == "\n")
            text.Line();
        else
            text.Append(words);
    }
}
