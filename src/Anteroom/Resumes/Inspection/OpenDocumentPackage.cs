using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Anteroom.Resumes;

/// <summary>
/// A package of OpenDocument (1.3, part 2). Its type should be an entry <c>mimetype</c>, first and not compressed; not all writers care,
/// and the manifest says it as well. The manifest also tells what is encrypted.
/// </summary>
internal static class OpenDocumentPackage
{
    private const string Text = "application/vnd.oasis.opendocument.text";

    /// <summary>Decides about an archive that has a <c>mimetype</c> or a manifest.</summary>
    public static ResumeInspection Inspect(ZipArchive archive)
    {
        var (mediaType, isEncrypted) = Manifest(archive);
        if (archive.Find("mimetype") is { } stated)
            mediaType = Encoding.ASCII.GetString(stated.Head(most: 200)).Trim('\0', ' ', '\r', '\n', '\t');
        if (isEncrypted || archive.Entries.Any(entry => entry.IsEncrypted))
            return ResumeInspection.NeedsPassword;
        if (archive.Entries.Any(entry => IsCode(entry.FullName)))
            return ResumeInspection.HasMacros;
        return mediaType switch
        {
            Text or Text + "-template" or Text + "-web" => Whole(archive, ResumeType.Odt),
            "application/vnd.oasis.opendocument.spreadsheet" => Whole(archive, ResumeType.Ods),
            "application/vnd.oasis.opendocument.presentation" => ResumeInspection.Presentation,
            "application/vnd.sun.xml.writer" => ResumeInspection.Refuse(
                "This is a document of OpenOffice 1; please save it as an ODT or a PDF."
            ),
            "application/epub+zip" => ResumeInspection.Refuse("This looks like an e-book, not a document."),
            _ => ResumeInspection.Unknown,
        };
    }

    private static ResumeInspection Whole(ZipArchive archive, ResumeType type) =>
        archive.Find("content.xml")?.Head(1) is [_] ? ResumeInspection.Is(type) : ResumeInspection.Damaged;

    // Modules of Basic, and scripts in any other language. The lists of libraries are there without any.
    private static bool IsCode(string name)
    {
        name = name.Replace('\\', '/').TrimStart('/');
        if (name.EndsWith('/'))
            return false;
        return name.StartsWith("Scripts/", StringComparison.OrdinalIgnoreCase)
            || (
                name.StartsWith("Basic/", StringComparison.OrdinalIgnoreCase)
                && Path.GetFileName(name)
                    is not ("script-lc.xml" or "script-lb.xml" or "dialog-lc.xml" or "dialog-lb.xml")
            );
    }

    // A damaged manifest tells as much as none.
    private static (string? MediaType, bool IsEncrypted) Manifest(ZipArchive archive)
    {
        string? mediaType = null;
        var isEncrypted = archive.Find("encrypted-package") is not null;
        try
        {
            foreach (var element in archive.Find("META-INF/manifest.xml")?.Elements() ?? [])
            {
                isEncrypted |= element.LocalName == "encryption-data";
                if (element.LocalName == "file-entry" && element.GetAttribute("full-path", element.NamespaceURI) == "/")
                    mediaType ??= element.GetAttribute("media-type", element.NamespaceURI);
            }
        }
        catch (XmlException) { }

        return (mediaType, isEncrypted);
    }
}
