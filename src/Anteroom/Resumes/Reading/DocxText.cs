using System.Globalization;
using System.IO.Compression;
using System.Xml;

namespace Anteroom.Resumes;

/// <summary>
/// The text of Office Open XML (ECMA-376 part 1, section 17) and of Word 2003 XML, which has the same elements: headers, the main part,
/// notes, footers, each read as a stream of XML. It inflates no more than it reads, accepts no document type, fetches nothing from
/// outside, and builds no tree, so nesting costs nothing.
/// </summary>
internal static class DocxText
{
    /// <summary>The most XML that is read, in characters.</summary>
    private const long MostXml = 16 * 1024 * 1024;

    /// <summary>For XML from outside.</summary>
    internal static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = MostXml,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = true,
    };

    /// <summary>Adds the text to <paramref name="text"/>.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="XmlException">The XML is damaged, or too large.</exception>
    public static void Read(Stream file, BoundedText text)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (OfficePackage.MainPart(archive) is not { } main)
            return;
        foreach (
            var part in (string[])
                [.. Parts(archive, main, "header"), main, .. Notes(archive, main), .. Parts(archive, main, "footer")]
        )
        {
            if (archive.Find(part) is not { } entry || text.IsFull)
                continue;
            using var content = entry.Open();
            ReadSingle(content, text);
            text.Apart();
        }
    }

    /// <summary>Adds the text of one part, or of a document that is one file.</summary>
    public static void ReadSingle(Stream content, BoundedText text)
    {
        using var xml = XmlReader.Create(content, Settings);
        var word = new WordElements(text);
        while (!text.IsFull && xml.Read())
            word.Take(xml);
    }

    // Headers of the first and of even pages often say the same; each text counts once.
    private static IEnumerable<string> Parts(ZipArchive archive, string main, string kind) =>
        OfficePackage.RelatedTo(archive, main, kind).Distinct(StringComparer.OrdinalIgnoreCase).Take(6);

    private static IEnumerable<string> Notes(ZipArchive archive, string main) =>
        ((string[])["footnotes", "endnotes"]).SelectMany(kind =>
            OfficePackage
                .RelatedTo(archive, main, kind)
                // Some writers forget to relate them.
                .DefaultIfEmpty($"{main[..(main.LastIndexOf('/') + 1)]}{kind}.xml")
        );
}

/// <summary>The state of reading paragraphs of runs of text (section 17.3).</summary>
internal sealed class WordElements(BoundedText text)
{
    private readonly Stack<bool> _alternatives = new(); // of AlternateContent: whether one of its choices was taken
    private int? _skipped; // the depth of the element that is being left out
    private bool _isText;
    private bool _isHidden;
    private int _runs;

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
            or XmlNodeType.CDATA when _isText && !_isHidden:
                text.Append(xml.Value);
                break;
        }
    }

    private void Begin(XmlReader xml)
    {
        switch (xml.LocalName)
        {
            // What was deleted or moved away, how paragraphs look, readings above characters, and what came with old versions.
            case "del"
            or "moveFrom"
            or "pPr"
            or "sectPr"
            or "tblPr"
            or "tcPr"
            or "trPr"
            or "rt"
            or "binData"
            or "docSuppData":
            case "Fallback" when _alternatives.TryPeek(out var taken) && taken:
            case "Choice" when _alternatives.TryPeek(out taken) && taken:
                if (!xml.IsEmptyElement)
                    _skipped = xml.Depth;
                break;
            case "AlternateContent" when !xml.IsEmptyElement:
                _alternatives.Push(false);
                break;
            case "r" when !xml.IsEmptyElement:
                (_runs, _isHidden) = (_runs + 1, false);
                break;
            case "vanish" when _runs > 0:
                _isHidden = Attribute(xml, "val") is not ("0" or "false" or "off");
                break;
            case "t":
                _isText = !xml.IsEmptyElement;
                break;
            case "txbxContent":
                text.Apart();
                break;
            default:
                if (!_isHidden)
                    Sign(xml);
                break;
        }
    }

    private void Sign(XmlReader xml)
    {
        switch (xml.LocalName)
        {
            case "tab" or "ptab":
                text.Append("\t");
                break;
            case "noBreakHyphen":
                text.Append("-");
                break;
            case "sym":
                text.Append(Symbols.Read(Attribute(xml, "font"), Attribute(xml, "char")));
                break;
            case "br" or "cr":
                text.Line();
                break;
        }
    }

    private void End(string name)
    {
        switch (name)
        {
            case "t":
                _isText = false;
                break;
            case "r":
                (_runs, _isHidden) = (Math.Max(_runs - 1, 0), false);
                break;
            case "p":
                text.Line();
                break;
            case "tc":
                text.Cell();
                break;
            case "tr":
                text.Row();
                break;
            case "AlternateContent":
                _alternatives.TryPop(out _);
                break;
            case "Choice" when _alternatives.TryPop(out _):
                _alternatives.Push(true);
                break;
        }
    }

    private static string? Attribute(XmlReader xml, string name) =>
        xml.GetAttribute(name, xml.NamespaceURI) ?? xml.GetAttribute(name);
}

/// <summary>Signs of the fonts that have pictures in place of letters.</summary>
internal static class Symbols
{
    private const string Bullet = "•";

    /// <summary>A sign by its font and its code in hexadecimal digits, as Office Open XML names it.</summary>
    public static string Read(string? font, string? code) =>
        int.TryParse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? Read(font, value)
            : "";

    /// <summary>The nearest character of Unicode; for a picture that has none, a bullet.</summary>
    public static string Read(string? font, int code)
    {
        if (code is > 0xFF and (< 0xF000 or > 0xF0FF) and < 0xD800)
            return ((char)code).ToString();
        var isLetters = font?.Contains("Symbol", StringComparison.OrdinalIgnoreCase) == true;
        return (code & 0xFF) switch
        {
            0x20 => " ",
            0xB7 or 0x9F or 0x6C => isLetters && (code & 0xFF) == 0x6C ? "λ" : Bullet,
            0xA7 => "▪",
            0x2D when isLetters => "−",
            0xAE when isLetters => "→",
            var letter and >= 0x30 and <= 0x39 when isLetters => ((char)letter).ToString(),
            0x28 => "☎",
            0x29 => "✆",
            0x2A or 0x2B => "✉",
            0x6E => "■",
            0x6F or 0xA8 => "□",
            0x76 => "❖",
            0xD8 => "➢",
            0xE0 => "→",
            0xFB => "✗",
            0xFC => "✓",
            0xFD or 0x78 => "☒",
            0xFE => "☑",
            _ => Bullet,
        };
    }
}
