using System.Globalization;
using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>
/// Has the text of resumes read again: after a failure, or since more can be read than before. What is known stays until the new text is
/// there, and an encoding that a person has chosen stays chosen.
/// </summary>
public sealed class ReadAgain
{
    private const string Subjects = "select id from resumes where deleted_at is null and ($4 is null or id = $4)";

    private readonly QueueFilesAgain _queue;
    private readonly IOptions<ReadingOptions> _options;

    internal ReadAgain(QueueFilesAgain queue, IOptions<ReadingOptions> options) =>
        (_queue, _options) = (queue, options);

    /// <summary>Whether texts are read in the background at all.</summary>
    public bool IsOn => _options.Value.Enabled;

    /// <summary>One; it is the next.</summary>
    public Task OneAsync(Resume resume, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(resume);
        return _queue.OneAsync(WorkKind.ReadResume, Subjects, resume.Id, cancellation);
    }

    /// <summary>All, the newest first; the audit log says who wanted it. Returns how many.</summary>
    public Task<int> AllAsync(CurrentUser by, CancellationToken cancellation) =>
        _queue.AllAsync(
            WorkKind.ReadResume,
            Subjects,
            resumes => string.Create(CultureInfo.InvariantCulture, $"had the text of {resumes:N0} resumes read again"),
            by,
            cancellation
        );
}
