namespace Anteroom.Leads;

/// <summary>The body cannot be read as a submission at all; the request answers <paramref name="status"/>.</summary>
public sealed class UnreadableSubmissionException(int status, string message) : Exception(message)
{
    /// <summary>400 malformed, 408 too slow, 413 too large, 415 wrong content type.</summary>
    public int Status { get; } = status;
}

/// <summary>Reads a submission from a request body, streaming the file to the resume store as it arrives.</summary>
public sealed class SubmissionReader
{
    /// <summary>
    /// Reads <c>multipart/form-data</c> with the fields <c>first_name</c>, <c>last_name</c>, <c>email</c>, <c>phone</c>,
    /// <c>practice_area</c>, <c>message</c>, <c>token</c> and the file <c>resume</c>. The caller disposes the submission's resume.
    /// </summary>
    /// <exception cref="UnreadableSubmissionException">The body is not such a form, is cut off or comes too slowly.</exception>
    /// <exception cref="Resumes.StorageUnavailableException">The file cannot be received; nothing is left behind.</exception>
    public Task<Submission> ReadFormAsync(HttpRequest request, string source, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
