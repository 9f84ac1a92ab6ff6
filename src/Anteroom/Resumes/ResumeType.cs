namespace Anteroom.Resumes;

/// <summary>The types of files that are kept: the first six as a resume, and all of them as a file that people of the firm add to a lead.</summary>
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

    /// <summary>Plain text, UTF-8, UTF-16 or Windows-1252; so is a CSV, which nothing in the content tells apart.</summary>
    Txt,

    /// <summary>A picture as cameras write it.</summary>
    Jpeg,

    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>Graphics Interchange Format.</summary>
    Gif,

    /// <summary>A picture as browsers save it.</summary>
    Webp,

    /// <summary>A picture as Apple's telephones write it.</summary>
    Heic,

    /// <summary>A picture as scanners write it.</summary>
    Tiff,

    /// <summary>Office Open XML spreadsheet.</summary>
    Xlsx,

    /// <summary>Microsoft Excel 97–2003.</summary>
    Xls,

    /// <summary>OpenDocument spreadsheet.</summary>
    Ods,

    /// <summary>Office Open XML presentation.</summary>
    Pptx,

    /// <summary>An email (RFC 5322).</summary>
    Eml,

    /// <summary>An email as Outlook saves it.</summary>
    Msg,
}

/// <summary>The names of each file type.</summary>
public static class ResumeTypeNames
{
    /// <summary>What is accepted as a resume.</summary>
    public static IReadOnlyList<ResumeType> OfResumes { get; } =
    [ResumeType.Pdf, ResumeType.Doc, ResumeType.Docx, ResumeType.Rtf, ResumeType.Odt, ResumeType.Txt];

    /// <summary>What is taken beside them where the firm takes photos (<c>Intake:Photos</c>).</summary>
    public static IReadOnlyList<ResumeType> Photos { get; } =
    [ResumeType.Jpeg, ResumeType.Png, ResumeType.Webp, ResumeType.Heic];

    /// <summary>What the file of a submission can be.</summary>
    public static IReadOnlyList<ResumeType> OfSubmissions { get; } = [.. OfResumes, .. Photos];

    /// <summary>For a sentence: what the firm takes as a resume.</summary>
    public const string Accepted = "PDF, DOC, DOCX, RTF, ODT or TXT";

    /// <summary>The same, with photos where it takes them.</summary>
    public static string AcceptedWith(bool photos) =>
        photos ? "PDF, DOC, DOCX, RTF, ODT, TXT, JPEG, PNG, WebP or HEIC" : Accepted;

    /// <summary>For the <c>accept</c> attribute of a file input.</summary>
    public const string Accept = ".pdf,.doc,.docx,.rtf,.odt,.txt";

    /// <summary>The same, with photos where the firm takes them.</summary>
    public static string AcceptWith(bool photos) => photos ? Accept + ",.jpg,.jpeg,.png,.webp,.heic,.heif" : Accept;

    /// <summary>Whether browsers show it as it is. HEIC is shown by none but Apple's.</summary>
    public static bool IsShownByBrowsers(this ResumeType type) =>
        type is ResumeType.Jpeg or ResumeType.Png or ResumeType.Webp;

    /// <summary>For a sentence: what people of the firm may add to a lead.</summary>
    public const string AcceptedFiles =
        "PDF, DOC, DOCX, RTF, ODT, TXT, XLSX, XLS, ODS, CSV, PPTX, JPEG, PNG, GIF, WebP, HEIC, TIFF, EML or MSG";

    /// <summary>For the <c>accept</c> attribute of an input for such a file.</summary>
    public const string AcceptFiles =
        Accept + ",.xlsx,.xls,.ods,.csv,.pptx,.jpg,.jpeg,.png,.gif,.webp,.heic,.heif,.tif,.tiff,.eml,.msg";

    /// <summary>Whether it has a text that is read.</summary>
    public static bool HasText(this ResumeType type) =>
        OfResumes.Contains(type)
        || type is ResumeType.Xlsx or ResumeType.Ods or ResumeType.Pptx or ResumeType.Eml or ResumeType.Msg;

    /// <summary>Whether LibreOffice makes a PDF of it.</summary>
    internal static bool IsOffice(this ResumeType type) =>
        type
            is ResumeType.Doc
                or ResumeType.Docx
                or ResumeType.Rtf
                or ResumeType.Odt
                or ResumeType.Xlsx
                or ResumeType.Xls
                or ResumeType.Ods
                or ResumeType.Pptx;

    /// <summary>Why a file of this type is no resume, as a sentence for the prospect; null when it can be one.</summary>
    internal static Sentence? WhyNoResume(this ResumeType type) =>
        type switch
        {
            ResumeType.Heic =>
                "This is a photo in Apple's format (HEIC), not a document; a scan can be saved as a PDF.",
            ResumeType.Jpeg or ResumeType.Png or ResumeType.Gif or ResumeType.Webp or ResumeType.Tiff =>
                "This looks like a picture, not a document; a scan can be saved as a PDF.",
            ResumeType.Xlsx or ResumeType.Xls or ResumeType.Ods => "This looks like a spreadsheet, not a resume.",
            ResumeType.Pptx => "This looks like a presentation, not a resume.",
            ResumeType.Eml or ResumeType.Msg =>
                "This looks like an email, not a resume; please send the file that is attached to it.",
            _ => null,
        };

    /// <summary>The file extension, without the dot: <c>pdf</c>.</summary>
    public static string ToExtension(this ResumeType type) => type.ToWire();

    /// <summary>The ends that a name of this type may have, the usual one first.</summary>
    internal static string[] Extensions(this ResumeType type) =>
        type switch
        {
            ResumeType.Jpeg => ["jpg", "jpeg"],
            ResumeType.Tiff => ["tif", "tiff"],
            ResumeType.Heic => ["heic", "heif"],
            ResumeType.Txt => ["txt", "csv", "md", "log"],
            _ => [type.ToExtension()],
        };

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
            ResumeType.Jpeg => "image/jpeg",
            ResumeType.Png => "image/png",
            ResumeType.Gif => "image/gif",
            ResumeType.Webp => "image/webp",
            ResumeType.Heic => "image/heic",
            ResumeType.Tiff => "image/tiff",
            ResumeType.Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ResumeType.Xls => "application/vnd.ms-excel",
            ResumeType.Ods => "application/vnd.oasis.opendocument.spreadsheet",
            ResumeType.Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            ResumeType.Eml => "message/rfc822",
            ResumeType.Msg => "application/vnd.ms-outlook",
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
}
