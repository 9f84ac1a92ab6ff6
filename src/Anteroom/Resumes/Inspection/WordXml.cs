using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// Documents that are one XML file. That of Word 2003 is usually named .doc and opens in every Word since, so it is taken as one, unless it
/// brings a program along.
/// </summary>
internal static class WordXml
{
    private const string Word2003 = "http://schemas.microsoft.com/office/word/2003/wordml";

    /// <summary>Decides about a text that begins with XML of Word or OpenDocument; null for any other.</summary>
    public static ResumeInspection? Inspect(ReadOnlySpan<char> head, Stream file)
    {
        if (head.Contains("<pkg:package", StringComparison.Ordinal))
            return ResumeInspection.Refuse("This is a Word document saved as XML; please save it as DOCX or PDF.");
        if (head.Contains("<office:document", StringComparison.Ordinal))
            return ResumeInspection.Refuse("This is a flat OpenDocument file; please save it as ODT or PDF.");
        if (!head.StartsWith("<?xml") || !head.Contains(":wordDocument", StringComparison.Ordinal))
            return null;
        if (
            !head.Contains(Word2003, StringComparison.Ordinal)
            && !head.Contains("Word.Document", StringComparison.Ordinal)
        )
            return null;
        return HasMacros(file) ? ResumeInspection.HasMacros : ResumeInspection.Is(ResumeType.Doc);
    }

    private static bool HasMacros(Stream file)
    {
        const int chunk = 256 * 1024;
        const int overlap = 64;
        for (var at = 0L; at < file.Length; at += chunk - overlap)
        {
            var part = Encoding
                .Latin1.GetString(ResumeInspector.Part(file, at, chunk))
                .Replace("\0", "", StringComparison.Ordinal);
            if (
                part.Contains("macrosPresent=\"yes\"", StringComparison.OrdinalIgnoreCase)
                || part.Contains(":docSuppData", StringComparison.OrdinalIgnoreCase)
                || part.Contains("editdata.mso", StringComparison.OrdinalIgnoreCase)
            )
                return true;
        }

        return false;
    }
}
