namespace Anteroom.Resumes;

/// <summary>The kinds of file the firm accepts as a resume.</summary>
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
