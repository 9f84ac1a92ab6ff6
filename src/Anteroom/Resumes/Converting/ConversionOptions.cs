namespace Anteroom.Resumes;

/// <summary>How files are made into PDFs and pictures to look at. Section <c>Conversion</c>.</summary>
public sealed class ConversionOptions
{
    /// <summary>Whether they are made in the background, where the programs for it are installed.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>LibreOffice: a name that is looked for in <c>PATH</c>, or a path. Empty: documents are not converted.</summary>
    public string Program { get; set; } = "soffice";

    /// <summary>How long one file may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How much address space LibreOffice may use for one file, in bytes; 2 GB unless set.</summary>
    public long MaxMemory { get; set; } = 2L * 1024 * 1024 * 1024;

    /// <summary>The largest PDF that is kept, in bytes; 50 MB unless set.</summary>
    public long MaxBytes { get; set; } = 50 * 1024 * 1024;

    /// <summary>Whether there is a picture of page one, where <c>pdftoppm</c> is installed.</summary>
    public bool Thumbnails { get; set; } = true;
}
