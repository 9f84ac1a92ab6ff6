using System.IO.Compression;
using System.Xml;

namespace Anteroom.Resumes;

/// <summary>
/// The text of Office Open XML and OpenDocument files: their main part, read as a stream of XML. It inflates no more than it reads, accepts
/// no document type, fetches nothing from outside, and builds no tree, so nesting costs nothing.
/// </summary>
internal static class ZipText
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
    public static void Read(Stream file, ResumeType type, BoundedText text)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        var part = type == ResumeType.Odt ? archive.GetEntry("content.xml") : MainPart(archive);
        if (part is null)
            return;
        using var content = part.Open();
        using var xml = XmlReader.Create(content, Settings);
        if (type == ResumeType.Odt)
            ReadOpenDocument(xml, text);
        else
            ReadWord(xml, text);
    }

    private static ZipArchiveEntry? MainPart(ZipArchive archive) =>
        archive.GetEntry("word/document.xml")
        ?? archive.Entries.FirstOrDefault(entry =>
            entry.FullName.StartsWith("word/document", StringComparison.Ordinal)
            && entry.FullName.EndsWith(".xml", StringComparison.Ordinal)
        );

    // ECMA-376 part 1, section 17.3: paragraphs of runs of text, tabs and breaks.
    private static void ReadWord(XmlReader xml, BoundedText text)
    {
        var inText = false;
        while (!text.IsFull && xml.Read())
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when xml.LocalName == "t":
                    inText = !xml.IsEmptyElement;
                    break;
                case XmlNodeType.EndElement when xml.LocalName == "t":
                    inText = false;
                    break;
                case XmlNodeType.Element when xml.LocalName == "tab":
                    text.Append("\t");
                    break;
                case XmlNodeType.Element when xml.LocalName is "br" or "cr":
                case XmlNodeType.EndElement when xml.LocalName == "p":
                    text.Line();
                    break;
                case XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.CDATA when inText:
                    text.Append(xml.Value);
                    break;
            }
    }

    // OpenDocument 1.3 part 3, sections 5 and 6: headings and paragraphs, in which all text counts.
    private static void ReadOpenDocument(XmlReader xml, BoundedText text)
    {
        var paragraphs = 0;
        while (!text.IsFull && xml.Read())
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when xml.LocalName is "p" or "h" && !xml.IsEmptyElement:
                    paragraphs++;
                    break;
                case XmlNodeType.EndElement when xml.LocalName is "p" or "h":
                    paragraphs--;
                    text.Line();
                    break;
                case XmlNodeType.Element when xml.LocalName == "tab":
                    text.Append("\t");
                    break;
                case XmlNodeType.Element when xml.LocalName == "s":
                    text.Append(" ");
                    break;
                case XmlNodeType.Element when xml.LocalName == "line-break":
                    text.Line();
                    break;
                case XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.CDATA when paragraphs > 0:
                    text.Append(xml.Value);
                    break;
            }
    }
}
