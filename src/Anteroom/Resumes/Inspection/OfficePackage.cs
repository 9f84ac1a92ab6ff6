using System.IO.Compression;

namespace Anteroom.Resumes;

/// <summary>
/// A package of Office Open XML (ECMA-376, part 2). Its relations name the main part, and the list of content types says what that and
/// every other part is, whatever their names are.
/// </summary>
internal static class OfficePackage
{
    private const string Macros = "vbaProject";

    /// <summary>Decides about an archive that has a list of content types.</summary>
    public static ResumeInspection Inspect(ZipArchive archive)
    {
        var types = ContentTypes(archive);
        if (
            types.Values.Any(type => type.Contains(Macros, StringComparison.OrdinalIgnoreCase))
            || types.Values.Any(type => type.Contains("macroEnabled", StringComparison.OrdinalIgnoreCase))
            // Programs of Excel 4, which are sheets.
            || types.Values.Any(type => type.Contains("macrosheet", StringComparison.OrdinalIgnoreCase))
            || archive.Entries.Any(entry =>
                entry.FullName.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)
            )
        )
            return ResumeInspection.HasMacros;
        if (MainPart(archive) is not { } name || archive.Find(name) is not { } main)
            return ByNames(archive);
        if (main.IsEncrypted)
            return ResumeInspection.NeedsPassword;
        if (RelatedTo(archive, name, Macros).Any())
            return ResumeInspection.HasMacros;
        return Kind(types, name) switch
        {
            "" => ResumeInspection.Unknown,
            _ when main.Head(1) is not [_] => ResumeInspection.Damaged,
            "spreadsheet" => ResumeInspection.Is(ResumeType.Xlsx),
            "presentation" => ResumeInspection.Is(ResumeType.Pptx),
            _ => ResumeInspection.Is(ResumeType.Docx),
        };
    }

    /// <summary>The main part as the relations of the package name it, or where Word always puts it.</summary>
    public static string? MainPart(ZipArchive archive) =>
        Related(archive, "_rels/.rels", "officeDocument").FirstOrDefault()
        ?? (archive.Find("word/document.xml") is not null ? "word/document.xml" : null);

    /// <summary>The parts that a part is related to in this way.</summary>
    public static IEnumerable<string> RelatedTo(ZipArchive archive, string part, string kind) =>
        Related(archive, RelationsOf(part), kind);

    private static string Kind(Dictionary<string, string> types, string part)
    {
        var type = types.GetValueOrDefault("/" + part) ?? types.GetValueOrDefault(Path.GetExtension(part)) ?? "";
        if (
            type.Contains("spreadsheetml", StringComparison.Ordinal)
            || type.Contains("ms-excel", StringComparison.Ordinal)
        )
            return "spreadsheet";
        if (type.Contains("presentationml", StringComparison.Ordinal))
            return "presentation";
        return
            type.Contains("wordprocessingml", StringComparison.Ordinal)
            || part.StartsWith("word/", StringComparison.OrdinalIgnoreCase)
            ? "word"
            : "";
    }

    // A package whose relations are lost is still known for what it was.
    private static ResumeInspection ByNames(ZipArchive archive) =>
        Has(archive, "word/") || Has(archive, "xl/") || Has(archive, "ppt/")
            ? ResumeInspection.Damaged
            : ResumeInspection.Unknown;

    private static bool Has(ZipArchive archive, string folder) =>
        archive.Entries.Any(entry => entry.FullName.StartsWith(folder, StringComparison.OrdinalIgnoreCase));

    /// <summary>Content types by the part's name with its slash, or by the extension with its dot.</summary>
    private static Dictionary<string, string> ContentTypes(ZipArchive archive)
    {
        var types = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in archive.Find("[Content_Types].xml")!.Elements())
            if (element.GetAttribute("ContentType") is { } type)
                types[element.GetAttribute("PartName") ?? "." + element.GetAttribute("Extension")] = type;
        return types;
    }

    /// <summary>The parts inside the package that a list of relations names with this kind (part 2, section 9.3).</summary>
    private static IEnumerable<string> Related(ZipArchive archive, string relations, string kind)
    {
        if (archive.Find(relations) is not { } list)
            yield break;
        foreach (var element in list.Elements())
            if (
                element.GetAttribute("Type")?.EndsWith("/" + kind, StringComparison.Ordinal) == true
                && element.GetAttribute("TargetMode") != "External"
                && element.GetAttribute("Target") is { } target
            )
                yield return Resolve(relations, target);
    }

    private static string RelationsOf(string part) =>
        part.LastIndexOf('/') is var slash and >= 0
            ? $"{part[..slash]}/_rels/{part[(slash + 1)..]}.rels"
            : $"_rels/{part}.rels";

    // "word/_rels/document.xml.rels" speaks of what is in "word/"; "/word/…" of the whole package.
    private static string Resolve(string relations, string target)
    {
        var folder = relations[..relations.LastIndexOf("_rels/", StringComparison.Ordinal)];
        return Uri.TryCreate(new Uri("pack:///" + folder), target.Replace('\\', '/'), out var resolved)
            ? Uri.UnescapeDataString(resolved.AbsolutePath).TrimStart('/')
            : target;
    }
}
