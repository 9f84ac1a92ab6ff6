using System.IO.Compression;
using System.Text;

namespace Anteroom.Tests.Resumes;

/// <summary>Documents whose pictures and sections are elsewhere: what they name is loaded by whoever trusts them.</summary>
public static class LinkingFiles
{
    /// <summary>Word 2003 XML.</summary>
    public const string WordXml =
        "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\"><w:body><w:p><w:r><w:t>Resume of Ann Example</w:t></w:r></w:p></w:body></w:wordDocument>";

    private const string Image = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";

    /// <summary>Word, with pictures behind these addresses.</summary>
    public static byte[] Docx(params string[] addresses)
    {
        using var bytes = new MemoryStream(SampleFiles.Docx());
        using var result = new MemoryStream();
        using (var from = new ZipArchive(bytes, ZipArchiveMode.Read))
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (
                var entry in from.Entries.Where(entry =>
                    entry.FullName != "word/document.xml" && entry.FullName != "word/_rels/document.xml.rels"
                )
            )
            {
                using var source = entry.Open();
                using var target = to.CreateEntry(entry.FullName).Open();
                source.CopyTo(target);
            }

            Write(
                to,
                "word/_rels/document.xml.rels",
                $"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{string.Concat(addresses.Select((address, at) => $"""<Relationship Id="far{at}" Type="{Image}" Target="{address}" TargetMode="External"/>"""))}</Relationships>"""
            );
            Write(
                to,
                "word/document.xml",
                $"""<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body><w:p><w:r><w:t>Resume of Ann Example</w:t></w:r></w:p>{string.Concat(addresses.Select((_, at) => Picture(at)))}</w:body></w:document>"""
            );
        }

        return result.ToArray();
    }

    /// <summary>OpenDocument, with pictures behind these addresses.</summary>
    public static byte[] Odt(params string[] addresses)
    {
        using var result = new MemoryStream();
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(to, "mimetype", "application/vnd.oasis.opendocument.text");
            Write(
                to,
                "META-INF/manifest.xml",
                """<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
            );
            Write(
                to,
                "content.xml",
                $"""<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2"><office:body><office:text><text:p>Resume of Ann Example</text:p><text:p>{string.Concat(addresses.Select(address => $"""<draw:frame svg:width="3cm" svg:height="3cm" text:anchor-type="as-char"><draw:image xlink:href="{address}" xlink:type="simple"/></draw:frame>"""))}</text:p></office:text></office:body></office:document-content>"""
            );
        }

        return result.ToArray();
    }

    /// <summary>A picture of one dot.</summary>
    public static byte[] Png() =>
        Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
        );

    private static string Picture(int at) =>
        $"""<w:p><w:r><w:drawing><wp:inline><wp:extent cx="990000" cy="990000"/><wp:docPr id="{at + 1}" name="p"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="far{at}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="990000" cy="990000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>""";

    private static void Write(ZipArchive zip, string name, string content)
    {
        using var target = zip.CreateEntry(name).Open();
        target.Write(Encoding.UTF8.GetBytes(content));
    }
}
