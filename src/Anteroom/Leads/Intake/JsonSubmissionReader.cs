using System.IO.Pipelines;
using System.Text.Json;
using Anteroom.Firm;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>
/// Reads a submission from a JSON object. The resume is decoded into the store as it arrives, so a request's memory does not grow with
/// the file: at most <see cref="SubmissionReader.MostTextBytes"/> and a buffer.
/// </summary>
/// <param name="resumes">Where the resume goes.</param>
/// <param name="maxBytes">The largest resume accepted, in bytes.</param>
internal sealed class JsonSubmissionReader(IResumeStore resumes, long maxBytes)
{
    /// <summary>
    /// The longest resume string: base64 of the largest file, plus an eighth for line breaks and escapes. A file that is too large but fits
    /// gets an error on its field; anything longer is a 413.
    /// </summary>
    private readonly long _mostCharacters = ((maxBytes + 2) / 3 * 4 * 9 / 8) + 1024;

    /// <summary>Reads the whole body into <paramref name="parts"/>.</summary>
    /// <exception cref="UnreadableSubmissionException">It is not a JSON object (400) or too large (413).</exception>
    /// <exception cref="StorageUnavailableException">The file cannot be received; nothing is left behind.</exception>
    public async Task ReadAsync(PipeReader body, SubmissionParts parts, CancellationToken cancellation)
    {
        var outline = new JsonOutline(SubmissionReader.MostTextBytes);
        for (var more = true; more; )
        {
            var read = await body.ReadAsync(cancellation);
            body.AdvanceTo(outline.Take(read.Buffer, out var atResume));
            more = atResume || !read.IsCompleted;
            if (!atResume)
                continue;

            await TakeResumeAsync(new Base64JsonString(body, _mostCharacters), parts, cancellation);
            outline.CloseString();
        }

        TakeTexts(outline.Json, parts);
    }

    private async Task TakeResumeAsync(Base64JsonString text, SubmissionParts parts, CancellationToken cancellation)
    {
        if (parts.Resume is not null)
            parts.TooManyFiles = true;
        else
        {
            var staged = await resumes.StageAsync(text, fileName: null, maxBytes, cancellation);
            if (text.Problem is null)
                parts.Resume = staged;
            else
            {
                await staged.DisposeAsync();
                parts.AddWrong("resume", text.Problem);
            }
        }

        await text.SkipAsync(cancellation);
    }

    private static void TakeTexts(ReadOnlyMemory<byte> json, SubmissionParts parts)
    {
        using var document = Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw Unreadable("expected an object");

        string? fileName = null;
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var name = NameOf(property);
            if (name == "resume")
            {
                // A text has been taken on the way.
                if (property.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
                    parts.AddWrong(name, "The resume has to be base64 text.");
            }
            else if (name is "token" or "resume_filename" || ProspectFacts.All.Any(fact => fact.Name == name))
                TakeText(name, property.Value, parts, ref fileName);
            else if (name == "answers" && parts.Questions.Count > 0)
                TakeAnswers(property.Value, parts, ref fileName);
        }

        if (parts.Resume is { } resume)
            resume.FileName = ResumeFileName.Clean(
                string.IsNullOrWhiteSpace(fileName) ? $"resume.{resume.Type?.ToExtension()}" : fileName
            );
    }

    /// <summary>An object of texts or lists of texts, by the keys of the firm's questions; other keys are skipped.</summary>
    private static void TakeAnswers(JsonElement answers, SubmissionParts parts, ref string? fileName)
    {
        if (answers.ValueKind == JsonValueKind.Null)
            return;
        if (answers.ValueKind != JsonValueKind.Object)
        {
            parts.AddWrong("answers", "The answers have to be an object.");
            return;
        }

        foreach (var answer in answers.EnumerateObject())
        {
            if (parts.Questions.FirstOrDefault(question => question.Key == NameOf(answer)) is not { } question)
                continue;
            if (answer.Value.ValueKind == JsonValueKind.Array)
                foreach (var one in answer.Value.EnumerateArray())
                    TakeText(question.Field, one, parts, ref fileName);
            else
                TakeText(question.Field, answer.Value, parts, ref fileName);
        }
    }

    private static void TakeText(string name, JsonElement value, SubmissionParts parts, ref string? fileName)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String when TryGetText(value, out var text):
                if (name == "resume_filename")
                    fileName = text;
                else
                    parts.AddText(name, text);
                break;
            case JsonValueKind.Number:
                parts.AddText(name, value.GetRawText()); // a telephone number, say
                break;
            default:
                parts.AddWrong(name, "Not a valid string.");
                break;
        }
    }

    /// <summary>False for half a surrogate pair or bytes that are not UTF-8, which the parser finds only when it is asked for the text.</summary>
    private static bool TryGetText(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return ""; // none of ours
        }
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        // Some programs on Windows begin with a byte order mark; RFC 8259 section 8.1 allows ignoring it.
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException error)
        {
            // The position is left out: it would not count the resume.
            throw Unreadable(error.Message.Split(" LineNumber:")[0].TrimEnd('.'), error);
        }
    }

    private static UnreadableSubmissionException Unreadable(string why, Exception? inner = null) =>
        new(StatusCodes.Status400BadRequest, $"JSON parse error - {why}.", inner);
}
