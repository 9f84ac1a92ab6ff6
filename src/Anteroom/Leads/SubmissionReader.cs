using System.Text;
using Anteroom.Resumes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Leads;

/// <summary>The body cannot be read as a submission at all.</summary>
public sealed class UnreadableSubmissionException(int status, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What the request answers: 400 malformed, 408 too slow, 413 too large, 415 wrong content type.</summary>
    public int Status { get; } = status;
}

/// <summary>Reads a submission from a request body, streaming the file to the resume store as it arrives.</summary>
public sealed class SubmissionReader(IResumeStore resumes, IOptions<ResumeOptions> options, TimeProvider time)
{
    // What texts may take together; the longest legal message is 5,000 characters of up to 4 bytes.
    private const int MostTextBytes = 64 * 1024;
    private const int MostParts = 32;

    // An ordinary resume arrives in a few reads.
    private const int ReadBytes = 64 * 1024;

    /// <summary>
    /// Reads <c>multipart/form-data</c> with the fields <c>first_name</c>, <c>last_name</c>, <c>email</c>, <c>phone</c>,
    /// <c>practice_area</c>, <c>message</c>, <c>token</c> and the file <c>resume</c>; others are ignored. The caller disposes
    /// the submission's resume.
    /// </summary>
    /// <exception cref="UnreadableSubmissionException">The body is not such a form, is cut off or comes too slowly.</exception>
    /// <exception cref="StorageUnavailableException">The file cannot be received; nothing is left behind.</exception>
    public async Task<Submission> ReadFormAsync(HttpRequest request, string source, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.Value.UploadTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var parts = new Parts(source);
        try
        {
            await ReadPartsAsync(request, parts, both.Token);
            return parts.ToSubmission();
        }
        catch (Exception error)
        {
            if (parts.Resume is not null)
                await parts.Resume.DisposeAsync();
            throw error switch
            {
                OperationCanceledException when limit.IsCancellationRequested => new UnreadableSubmissionException(
                    StatusCodes.Status408RequestTimeout,
                    $"The upload took longer than {options.Value.UploadTimeout.TotalMinutes:0.#} minutes and was stopped. Please try again on a faster connection, or with a smaller file.",
                    error
                ),
                BadHttpRequestException bad => new UnreadableSubmissionException(bad.StatusCode, Sentence(bad), error),
                InvalidDataException => Malformed("a part of it is malformed or too large", error),
                IOException when error is not FileNotFoundException => Malformed("it ended too early", error),
                _ => error,
            };
        }
    }

    private async Task ReadPartsAsync(HttpRequest request, Parts parts, CancellationToken cancellation)
    {
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
            throw new UnreadableSubmissionException(
                StatusCodes.Status415UnsupportedMediaType,
                "This address takes the form as multipart/form-data."
            );
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 200)
            throw Malformed("its Content-Type names no boundary");

        var reader = new MultipartReader(boundary, request.Body, ReadBytes)
        {
            HeadersCountLimit = 16,
            HeadersLengthLimit = 8 * 1024,
        };
        var textLeft = MostTextBytes;
        for (var count = 0; await reader.ReadNextSectionAsync(cancellation) is { } section; count++)
        {
            if (count == MostParts)
                throw Malformed($"it has more than {MostParts} parts");
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                throw Malformed("a part has no name");

            var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
            if (name == "resume" && disposition.IsFileDisposition())
                await TakeFileAsync(section, disposition, parts, cancellation);
            else if (disposition.IsFileDisposition())
                await section.Body.CopyToAsync(Stream.Null, cancellation);
            else
                textLeft -= await TakeTextAsync(section, name, parts, textLeft, cancellation);
        }
    }

    private async Task TakeFileAsync(
        MultipartSection section,
        ContentDispositionHeaderValue disposition,
        Parts parts,
        CancellationToken cancellation
    )
    {
        var name = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        var fileName = HeaderUtilities.RemoveQuotes(name).Value;
        var staged = await resumes.StageAsync(section.Body, fileName, options.Value.MaxBytes, cancellation);
        if (staged.Bytes == 0 && string.IsNullOrEmpty(fileName))
            await staged.DisposeAsync(); // what browsers send when no file was chosen
        else if (parts.Resume is null)
            parts.Resume = staged;
        else
        {
            await staged.DisposeAsync();
            parts.TooManyFiles = true;
        }

        // The store stops at the limit; the rest is read away so that the browser gets to see the answer.
        await section.Body.CopyToAsync(Stream.Null, cancellation);
    }

    /// <summary>Reads one text field; returns how many bytes it took.</summary>
    private static async Task<int> TakeTextAsync(
        MultipartSection section,
        string name,
        Parts parts,
        int bytesLeft,
        CancellationToken cancellation
    )
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await section.Body.ReadAsync(buffer, cancellation)) > 0)
        {
            if (bytes.Length + read > bytesLeft)
                throw new UnreadableSubmissionException(
                    StatusCodes.Status413PayloadTooLarge,
                    $"The texts of the form are longer than {MostTextBytes / 1024} KB together. A message can have at most 5,000 characters."
                );
            bytes.Write(buffer, 0, read);
        }

        parts.AddText(name, Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        return (int)bytes.Length;
    }

    private static UnreadableSubmissionException Malformed(string why, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, $"The form could not be read: {why}. Please send it again.", inner);

    private static string Sentence(BadHttpRequestException error) =>
        error.StatusCode switch
        {
            StatusCodes.Status408RequestTimeout => "The upload came too slowly and was stopped. Please try again.",
            StatusCodes.Status413PayloadTooLarge => "The upload is too large.",
            _ => "The form could not be read: it ended too early. Please send it again.",
        };

    /// <summary>What has been read so far.</summary>
    private sealed class Parts(string source)
    {
        private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
        private readonly HashSet<string> _twice = new(StringComparer.Ordinal);

        public StagedResume? Resume { get; set; }

        public bool TooManyFiles { get; set; }

        public void AddText(string name, string value)
        {
            if (!_texts.TryAdd(name, value))
                _twice.Add(name);
        }

        public Submission ToSubmission()
        {
            var submission = new Submission
            {
                FirstName = _texts.GetValueOrDefault("first_name"),
                LastName = _texts.GetValueOrDefault("last_name"),
                Email = _texts.GetValueOrDefault("email"),
                Phone = _texts.GetValueOrDefault("phone"),
                PracticeArea = _texts.GetValueOrDefault("practice_area"),
                Message = _texts.GetValueOrDefault("message"),
                Token = _texts.GetValueOrDefault("token"),
                Resume = Resume,
                Source = source,
            };
            foreach (var name in _twice.Intersect(Fields, StringComparer.Ordinal))
                submission.Errors.Add(name, "This was sent twice. Please send it once.");
            if (TooManyFiles)
                submission.Errors.Add("resume", "Please send one file; these were several.");
            else if (_texts.ContainsKey("resume"))
                submission.Errors.Add("resume", "The resume has to be sent as a file, not as text.");
            return submission;
        }

        private static readonly string[] Fields =
        [
            "first_name",
            "last_name",
            "email",
            "phone",
            "practice_area",
            "message",
        ];
    }
}
