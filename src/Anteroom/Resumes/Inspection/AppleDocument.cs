using System.IO.Compression;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Documents of Apple's iWork. Those of 2005 to 2009 are XML whose root tells the program; later ones hold archives of their own, the first
/// of which begins with the type of the document. Some mail programs send the folder that the document is, in a ZIP.
/// </summary>
internal static class AppleDocument
{
    private const string Pages =
        "This is a Pages document, which only Apple's program opens; in Pages, choose File, Export To, PDF.";
    private const string Numbers = "This is a Numbers spreadsheet, not a document.";
    private const string Keynote = "This is a Keynote presentation, not a document.";

    /// <summary>The type of a Pages document in its first archive; the others begin with 1.</summary>
    private static ReadOnlySpan<byte> PagesType => [0x08, 0x90, 0x4E]; // field 1: 10000

    /// <summary>What it is; null when it is none.</summary>
    public static string? Find(ZipArchive archive)
    {
        foreach (var entry in archive.Entries)
            if (ByName(entry) is { } finding)
                return finding;
        var parts = archive
            .Entries.Where(entry => entry.FullName.EndsWith(".iwa", StringComparison.OrdinalIgnoreCase))
            .ToList();
        if (parts.Count == 0)
            // Of 2013: the archives are in a ZIP inside.
            return archive.Entries.Any(entry => entry.FullName.EndsWith("Index.zip", StringComparison.Ordinal))
                ? Pages
                : null;
        if (parts.Any(entry => IsSlide(entry.Name)))
            return Keynote;
        return
            parts.Find(entry => entry.Name == "Document.iwa") is { } document
            && document.Head(most: 256).AsSpan().IndexOf(PagesType) < 0
            ? Numbers
            : Pages;
    }

    private static bool IsSlide(string name) =>
        name.StartsWith("Slide", StringComparison.Ordinal)
        || name.StartsWith("MasterSlide", StringComparison.Ordinal)
        || name.StartsWith("TemplateSlide", StringComparison.Ordinal);

    private static string? ByName(ZipArchiveEntry entry)
    {
        var path = entry.FullName;
        if (path.Contains(".pages/", StringComparison.OrdinalIgnoreCase))
            return Pages;
        if (path.Contains(".numbers/", StringComparison.OrdinalIgnoreCase))
            return Numbers;
        if (path.Contains(".key/", StringComparison.OrdinalIgnoreCase))
            return Keynote;
        return entry.Name switch
        {
            "index.apxl" or "index.apxl.gz" => Keynote,
            "index.xml" => ByRoot(entry.Head(most: 4096)),
            "index.xml.gz" => ByRoot(Unpacked(entry)),
            _ => null,
        };
    }

    private static byte[] Unpacked(ZipArchiveEntry entry)
    {
        using var packed = entry.Open();
        using var content = new GZipStream(packed, CompressionMode.Decompress);
        var head = new byte[4096];
        return head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    private static string? ByRoot(byte[] head)
    {
        var text = Encoding.UTF8.GetString(head);
        if (
            text.Contains("<sl:document", StringComparison.Ordinal)
            || text.Contains("<sl:template", StringComparison.Ordinal)
        )
            return Pages;
        return text.Contains("<ls:", StringComparison.Ordinal) ? Numbers : null;
    }
}
