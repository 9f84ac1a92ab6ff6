using System.Text;
using Anteroom.Firm;
using Anteroom.Resumes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Leads;

/// <summary>The body is not a submission at all.</summary>
internal sealed class UnreadableSubmissionException(int status, Sentence why, Exception? inner = null)
    : Exception(why.ToString(), inner)
{
    /// <summary>What the request answers: 400 malformed, 408 too slow, 413 too large, 415 wrong content type.</summary>
    public int Status { get; } = status;

    /// <summary>What is wrong with it.</summary>
    public Sentence Why { get; } = why;
}

/// <summary>Reads a submission from a request body, streaming the file to the resume store as it arrives.</summary>
public sealed class SubmissionReader(
    IResumeStore resumes,
    IOptions<ResumeOptions> options,
    IOptions<FirmOptions> firm,
    IOptions<IntakeOptions> intake,
    TimeProvider time
)
{
    /// <summary>What <see cref="ReadAsync"/> accepts, for the <c>Accept</c> header of a 415 (RFC 9110 section 15.5.16).</summary>
    public const string Accepted = "multipart/form-data, application/json, application/x-www-form-urlencoded";

    /// <summary>Bytes of all texts together; the longest legal message is 5,000 characters of up to 4 bytes.</summary>
    internal const int MostTextBytes = 64 * 1024;
    private const int MostParts = 32;

    // An ordinary resume arrives in a few reads.
    private const int ReadBytes = 64 * 1024;

    /// <summary>
    /// Reads <c>multipart/form-data</c> with the fields of <see cref="ProspectFacts.All"/>, <c>language</c>, <c>token</c>,
    /// <c>answers.…</c> for each of the firm's questions, and the file <c>resume</c>; others are ignored. The caller disposes the
    /// submission's resume.
    /// </summary>
    /// <exception cref="UnreadableSubmissionException">The body is not such a form, is cut off or comes too slowly.</exception>
    /// <exception cref="StorageUnavailableException">The file cannot be received; nothing is left behind.</exception>
    public Task<Submission> ReadFormAsync(HttpRequest request, string source, CancellationToken cancellation) =>
        ReadInTimeAsync(
            source,
            (parts, stop) =>
                IsMultipart(request, out var boundary)
                    ? ReadPartsAsync(request, boundary, parts, stop)
                    : throw new UnreadableSubmissionException(
                        StatusCodes.Status415UnsupportedMediaType,
                        "This address takes the form as multipart/form-data."
                    ),
            cancellation
        );

    /// <summary>
    /// Reads either <c>multipart/form-data</c> as <see cref="ReadFormAsync"/> does, or <c>application/json</c>: an object
    /// of the same fields with the file as base64 in <c>resume</c>, its name, if it has one, in <c>resume_filename</c>, and the
    /// answers to the firm's questions as an object <c>answers</c>; with <paramref name="takesPlainForms"/> also
    /// <c>application/x-www-form-urlencoded</c>, which holds no file.
    /// </summary>
    /// <exception cref="UnreadableSubmissionException">The body is neither, is cut off or comes too slowly.</exception>
    /// <exception cref="StorageUnavailableException">The file cannot be received; nothing is left behind.</exception>
    public Task<Submission> ReadAsync(
        HttpRequest request,
        string source,
        CancellationToken cancellation,
        bool takesPlainForms = false
    ) =>
        ReadInTimeAsync(
            source,
            (parts, stop) =>
                IsMultipart(request, out var boundary) ? ReadPartsAsync(request, boundary, parts, stop)
                : Is("application/json", request)
                    ? new JsonSubmissionReader(resumes, options.Value.MaxBytes).ReadAsync(
                        request.BodyReader,
                        parts,
                        stop
                    )
                : takesPlainForms && Is("application/x-www-form-urlencoded", request)
                    ? ReadPlainFormAsync(request, parts, stop)
                : throw new UnreadableSubmissionException(
                    StatusCodes.Status415UnsupportedMediaType,
                    "This address takes multipart/form-data or application/json."
                ),
            cancellation
        );

    /// <summary>
    /// Reads a form that the framework has parsed to check for forgery. If a field was sent twice, the first text counts.
    /// </summary>
    /// <exception cref="StorageUnavailableException">The file cannot be received; nothing is left behind.</exception>
    public async Task<Submission> ReadSentAsync(IFormCollection form, string source, CancellationToken cancellation)
    {
        StagedResume? resume = null;
        if (form.Files.GetFile("resume") is { Length: > 0 } file)
        {
            await using var content = file.OpenReadStream();
            resume = await resumes.StageAsync(content, file.FileName, options.Value.MaxBytes, cancellation);
        }

        return new Submission
        {
            Texts = FieldTexts.Of(form),
            Resume = resume,
            Source = source,
            Wanted = FileWanted.By(intake.Value, source),
        };
    }

    /// <summary>Reads within the time limit, leaving nothing behind on failure.</summary>
    private async Task<Submission> ReadInTimeAsync(
        string source,
        Func<SubmissionParts, CancellationToken, Task> read,
        CancellationToken cancellation
    )
    {
        using var limit = new CancellationTokenSource(options.Value.UploadTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var parts = new SubmissionParts(source, firm.Value.Questions);
        try
        {
            await read(parts, both.Token);
            return parts.ToSubmission() with { Wanted = FileWanted.By(intake.Value, source) };
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
                BadHttpRequestException bad => new UnreadableSubmissionException(bad.StatusCode, Describe(bad), error),
                InvalidDataException => Malformed("a part of it is malformed or too large", error),
                IOException when error is not FileNotFoundException => Malformed("it ended too early", error),
                _ => error,
            };
        }
    }

    private static bool IsMultipart(HttpRequest request, out string boundary)
    {
        boundary = "";
        if (
            !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
        )
            return false;

        boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? "";
        return boundary.Length is > 0 and <= 200 ? true : throw Malformed("its Content-Type names no boundary");
    }

    private static async Task ReadPlainFormAsync(
        HttpRequest request,
        SubmissionParts parts,
        CancellationToken cancellation
    )
    {
        var reader = new FormPipeReader(request.BodyReader)
        {
            ValueCountLimit = MostParts,
            KeyLengthLimit = 200,
            ValueLengthLimit = MostTextBytes,
        };
        var form = await reader.ReadFormAsync(cancellation);
        var textLeft = MostTextBytes;
        foreach (var (name, values) in form)
        foreach (var value in values)
        {
            textLeft -= Encoding.UTF8.GetByteCount(value ?? "");
            if (textLeft < 0)
                throw TextsTooLong();
            parts.AddText(name, value ?? "");
        }
    }

    private static bool Is(string mediaType, HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private async Task ReadPartsAsync(
        HttpRequest request,
        string boundary,
        SubmissionParts parts,
        CancellationToken cancellation
    )
    {
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
        SubmissionParts parts,
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

        // The store stops at the limit; the rest is drained so that the browser gets the answer.
        await section.Body.CopyToAsync(Stream.Null, cancellation);
    }

    /// <summary>Reads one text field; returns its length in bytes.</summary>
    private static async Task<int> TakeTextAsync(
        MultipartSection section,
        string name,
        SubmissionParts parts,
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
                throw TextsTooLong();
            bytes.Write(buffer, 0, read);
        }

        parts.AddText(name, Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
        return (int)bytes.Length;
    }

    internal static UnreadableSubmissionException TextsTooLong() =>
        new(
            StatusCodes.Status413PayloadTooLarge,
            $"The texts are longer than {MostTextBytes / 1024} KB together. A message can have at most 5,000 characters."
        );

    private static UnreadableSubmissionException Malformed(Sentence why, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, $"What was sent could not be read: {why}. Please send it again.", inner);

    private static Sentence Describe(BadHttpRequestException error) =>
        error.StatusCode switch
        {
            StatusCodes.Status408RequestTimeout => "The upload came too slowly and was stopped. Please try again.",
            StatusCodes.Status413PayloadTooLarge => "The upload is too large.",
            _ => "What was sent could not be read: it ended too early. Please send it again.",
        };
}
