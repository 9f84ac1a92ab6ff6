using System.Globalization;
using System.IO.Compression;
using System.Xml;

namespace Anteroom.Resumes;

/// <summary>
/// The texts of workbooks and presentations of Office Open XML (ECMA-376 part 1, sections 18 and 19): those of the cells, without numbers and
/// formulas, and those of the slides with their notes. In both they stand in elements named <c>t</c>.
/// </summary>
internal static class OfficeText
{
    /// <summary>Adds the text to <paramref name="text"/>.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    /// <exception cref="XmlException">The XML is damaged, or too large.</exception>
    public static void Read(Stream file, BoundedText text)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var part in archive.Entries.Where(HasTexts).OrderBy(Folder, StringComparer.Ordinal).ThenBy(Number))
        {
            if (text.IsFull)
                return;
            using var content = part.Open();
            using var xml = XmlReader.Create(content, DocxText.Settings);
            Read(xml, text);
            text.Apart();
        }
    }

    private static void Read(XmlReader xml, BoundedText text)
    {
        var isText = false;
        while (!text.IsFull && xml.Read())
            switch (xml.NodeType)
            {
                case XmlNodeType.Element when xml.LocalName == "t":
                    isText = !xml.IsEmptyElement;
                    break;
                case XmlNodeType.Text or XmlNodeType.SignificantWhitespace or XmlNodeType.CDATA when isText:
                    text.Append(xml.Value);
                    break;
                case XmlNodeType.EndElement when xml.LocalName == "t":
                    isText = false;
                    break;
                // A shared text of cells, one that stands in its cell, a paragraph of a slide.
                case XmlNodeType.EndElement when xml.LocalName is "si" or "is" or "p":
                    text.Line();
                    break;
            }
    }

    private static bool HasTexts(ZipArchiveEntry part) =>
        part.Name.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)
        && (
            part.Name.Equals("sharedStrings.xml", StringComparison.OrdinalIgnoreCase)
            || Folder(part) is "xl/worksheets" or "ppt/slides" or "ppt/notesSlides"
        );

    private static string Folder(ZipArchiveEntry part) => part.FullName[..Math.Max(part.FullName.LastIndexOf('/'), 0)];

    // "slide10.xml" comes after "slide9.xml".
    private static int Number(ZipArchiveEntry part) =>
        int.TryParse(
            string.Concat(part.Name.Where(char.IsAsciiDigit)),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;
}
