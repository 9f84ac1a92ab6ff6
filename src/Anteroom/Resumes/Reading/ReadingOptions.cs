namespace Anteroom.Resumes;

/// <summary>How the text of resumes is read. Section <c>Reading</c>.</summary>
public sealed class ReadingOptions
{
    /// <summary>Whether the text of each new resume is read in the background and kept.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How long the text of one file may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How much memory the process that reads may use, in bytes; 384 MB unless set.</summary>
    public long MaxMemory { get; set; } = 384L * 1024 * 1024;

    /// <summary>Whether PDFs without text are recognized, where <c>pdftoppm</c> and <c>tesseract</c> are installed.</summary>
    public bool Recognize { get; set; } = true;

    /// <summary>The languages that tesseract looks for, as it names them, joined by <c>+</c>.</summary>
    public string Languages { get; set; } = "eng";

    /// <summary>How many pages of a scanned PDF are recognized.</summary>
    public int MaxPages { get; set; } = 5;

    /// <summary>How long the recognition of one file may take.</summary>
    public TimeSpan RecognitionTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
