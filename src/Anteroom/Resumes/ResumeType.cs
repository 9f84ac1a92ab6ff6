namespace Anteroom.Resumes;

/// <summary>The file types that are accepted as a resume.</summary>
public enum ResumeType
{
    /// <summary>Portable Document Format.</summary>
    Pdf,

    /// <summary>Microsoft Word 97–2003.</summary>
    Doc,

    /// <summary>Office Open XML text.</summary>
    Docx,

    /// <summary>Rich Text Format.</summary>
    Rtf,

    /// <summary>OpenDocument text.</summary>
    Odt,

    /// <summary>Plain text, UTF-8, UTF-16 or Windows-1252.</summary>
    Txt,
}

/// <summary>The names of each file type.</summary>
public static class ResumeTypeNames
{
    /// <summary>For a sentence: what the firm takes.</summary>
    public const string Accepted = "PDF, DOC, DOCX, RTF, ODT or TXT";

    /// <summary>For the <c>accept</c> attribute of a file input.</summary>
    public const string Accept = ".pdf,.doc,.docx,.rtf,.odt,.txt";

    /// <summary>The file extension, without the dot: <c>pdf</c>.</summary>
    public static string ToExtension(this ResumeType type) => type.ToWire();

    /// <summary>
    /// The media type to send it with. Text goes out without a charset, because it may be any of three; it is always an
    /// attachment.
    /// </summary>
    public static string ToContentType(this ResumeType type) =>
        type switch
        {
            ResumeType.Pdf => "application/pdf",
            ResumeType.Doc => "application/msword",
            ResumeType.Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ResumeType.Rtf => "application/rtf",
            ResumeType.Odt => "application/vnd.oasis.opendocument.text",
            ResumeType.Txt => "text/plain",
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
}
