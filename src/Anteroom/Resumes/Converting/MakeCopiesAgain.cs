using System.Globalization;

namespace Anteroom.Resumes;

/// <summary>Has PDFs and pictures of files made again: after a failure, or since LibreOffice was installed. What is there stays until then.</summary>
public sealed class MakeCopiesAgain
{
    private static readonly string Subjects =
        $"select id from resumes where deleted_at is null and type in ({string.Join(", ", Enum.GetValues<ResumeType>().Where(type => type == ResumeType.Pdf || type.IsOffice()).Select(type => $"'{type.ToWire()}'"))}) and ($4 is null or id = $4)";

    private readonly QueueFilesAgain _queue;
    private readonly CopiesWanted _wanted;

    internal MakeCopiesAgain(QueueFilesAgain queue, CopiesWanted wanted) => (_queue, _wanted) = (queue, wanted);

    /// <summary>Whether any are made here.</summary>
    public bool IsOn => _wanted.Any;

    /// <summary>Whether there can be any of this file.</summary>
    public bool IsFor(Resume resume)
    {
        ArgumentNullException.ThrowIfNull(resume);
        return _wanted.Of(resume.Type);
    }

    /// <summary>Of one; it is the next.</summary>
    public Task OneAsync(Resume resume, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resume);
        return _queue.OneAsync(Work.WorkKind.ConvertResume, Subjects, resume.Id, cancellation);
    }

    /// <summary>Of all, the newest first; the audit log says who wanted it. Returns how many.</summary>
    public Task<int> AllAsync(CurrentUser by, CancellationToken cancellation) =>
        _queue.AllAsync(
            Work.WorkKind.ConvertResume,
            Subjects,
            files => string.Create(CultureInfo.InvariantCulture, $"had the previews of {files:N0} files made again"),
            by,
            cancellation
        );
}
