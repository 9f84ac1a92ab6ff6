namespace Anteroom.Resumes;

/// <summary>What a file is: a type that is kept, or a sentence about what it seems to be instead.</summary>
internal readonly record struct ResumeInspection(ResumeType? Type, Sentence? Problem)
{
    /// <summary>Of a photo: why it cannot be taken as one (<see cref="Photo"/>); null when it can, and for everything else.</summary>
    public Sentence? PhotoProblem { get; init; }

    /// <summary>Why it cannot be taken from a prospect and what would be right, as sentences; null when it can.</summary>
    /// <param name="photos">Whether photos are taken, beside resumes.</param>
    public Sentence? WhyNot(bool photos)
    {
        var isPhoto = Type is { } type && ResumeTypeNames.Photos.Contains(type);
        return (Problem ?? (photos && isPhoto ? PhotoProblem : Type?.WhyNoResume())) is { } finding
            ? (Sentence)$"{finding} Please send a {(Sentence)ResumeTypeNames.AcceptedWith(photos)} file."
            : null;
    }

    /// <summary>The file is of this type.</summary>
    internal static ResumeInspection Is(ResumeType type) => new(type, null);

    /// <summary>The file is refused; <paramref name="finding"/> is a sentence about what it seems to be.</summary>
    internal static ResumeInspection Refuse(Sentence finding) => new(null, finding);

    /// <summary>Nobody at the firm could open it.</summary>
    internal static ResumeInspection NeedsPassword =>
        Refuse("This document is protected by a password; please remove it.");

    /// <summary>It would run code.</summary>
    internal static ResumeInspection HasMacros => Refuse("This document contains macros, which we do not accept.");

    internal static ResumeInspection Damaged => Refuse("This document is damaged or was not sent to its end.");

    internal static ResumeInspection Presentation =>
        Refuse("This is a presentation of a kind that we cannot read; please save it as a PDF.");

    internal static ResumeInspection Unknown => Refuse("This is not a kind of document we can read.");
}

/// <summary>
/// Determines a file's type by its content alone, ignoring its name and what the browser claims. Reads little (plain text in full, a PDF
/// in search of its password), inflates only the first part of the lists inside a package, and trusts no length or offset in the file.
/// </summary>
/// <remarks>
/// Accepts damaged or truncated files whose type is clear, because people send them and most can still be read; strict about everything
/// that a browser or Windows would run.
/// </remarks>
internal static class ResumeInspector
{
    private const int HeadBytes = 4096;

    /// <summary>Looks at a file that can be sought in. Reads are short or from what was just written, hence not asynchronous.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static ResumeInspection Inspect(Stream file)
    {
        if (file.Length == 0)
            return ResumeInspection.Refuse("This file is empty.");

        var head = Part(file, 0, HeadBytes).AsSpan();
        if (Picture.Inspect(head) is { } picture)
            return picture is { Type: { } kind, Problem: null } && ResumeTypeNames.Photos.Contains(kind)
                ? picture with
                {
                    PhotoProblem = Photo.Problem(kind, file),
                }
                : picture;
        if (ForeignFile.Find(head) is { } finding)
            return ResumeInspection.Refuse(finding);
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return ZipDocument.Inspect(file);
        if (head.StartsWith(CompoundFile.Signature))
            return CompoundDocument.Inspect(file);
        if (PdfDocument.Is(head))
            return PdfDocument.Inspect(file, head);
        if (IsRtf(head))
            return ResumeInspection.Is(ResumeType.Rtf);
        return PlainText.Inspect(file);
    }

    /// <summary>Reads at most <paramref name="count"/> bytes at an offset; fewer, or none, where the file ends before.</summary>
    internal static byte[] Part(Stream file, long offset, int count)
    {
        if (offset < 0 || offset >= file.Length)
            return [];

        var part = new byte[(int)Math.Min(count, file.Length - offset)];
        file.Position = offset;
        var read = file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
        return read == part.Length ? part : part[..read];
    }

    // Line breaks and a byte order mark may stand first: mail programs and editors put them there, and Word does not mind.
    private static bool IsRtf(ReadOnlySpan<byte> head)
    {
        if (head is [0xEF, 0xBB, 0xBF, ..])
            head = head[3..];
        return head.TrimStart(" \t\r\n"u8).StartsWith(@"{\rt"u8);
    }
}
