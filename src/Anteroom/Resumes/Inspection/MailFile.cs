using System.Buffers;

namespace Anteroom.Resumes;

/// <summary>What begins with the header of a mail (RFC 5322): a mail, or a web page that Word or a browser saved as one (MHTML).</summary>
internal static class MailFile
{
    private const int HeaderWithin = 8 * 1024;

    private static readonly SearchValues<char> InNames = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    );

    /// <summary>Decides about a text that begins with such a header; null when it begins with anything else.</summary>
    public static ResumeInspection? Inspect(ReadOnlySpan<char> text)
    {
        var name = text[..Math.Max(text.IndexOf(':'), 0)];
        if (name.IsEmpty || name.ContainsAnyExcept(InNames))
            return null;
        var head = text[..Math.Min(text.Length, HeaderWithin)];
        if (!Has(head, "MIME-Version:"))
            return Has(head, "Received:") && Has(head, "Message-ID:") ? ResumeInspection.Is(ResumeType.Eml) : null;
        if (
            head.Contains("multipart/related", StringComparison.OrdinalIgnoreCase)
            && !Has(head, "Received:")
            && !Has(head, "To:")
        )
            return ResumeInspection.Refuse(
                "This is a web archive (MHTML), even if its name ends in .doc; open it in Word and save it as DOCX or PDF."
            );
        return Has(head, "Content-Type:") ? ResumeInspection.Is(ResumeType.Eml) : null;
    }

    private static bool Has(ReadOnlySpan<char> head, string name)
    {
        foreach (var line in head.EnumerateLines())
            if (line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }
}
