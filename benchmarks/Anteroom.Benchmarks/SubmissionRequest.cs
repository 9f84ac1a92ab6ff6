using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>
/// Submissions with a 50 KB PDF: every field of the public form (<c>/</c>), or what an API needs. The bytes are built once per client;
/// <see cref="Next"/> then only overwrites a few fixed-width places, so that every submission is a new one and sending it costs the
/// generator one system call.
/// </summary>
internal sealed class SubmissionRequest : IRequests
{
    /// <summary>The public form.</summary>
    public const string Form = "/";

    /// <summary>Size of the PDF in bytes: 50 KB.</summary>
    public const int ResumeBytes = 50 * 1024;

    private const int Width = 12;
    private const string Boundary = "----AnteroomBenchmark7f3a9c2e51d84b06";

    // Twelve letters where a person's name or address is expected, twelve digits where any characters may stand.
    private const string LettersPlace = "aaaaaaaaaaaa";
    private const string DigitsPlace = "000000000000";

    private readonly string _path;
    private readonly Serial _serial;
    private readonly byte[] _bytes;
    private readonly List<int> _letters = [];
    private readonly List<int> _digits = [];

    /// <param name="authority">Host and port of the app, as <c>127.0.0.1:8000</c>.</param>
    /// <param name="path">Where to submit.</param>
    /// <param name="serial">Numbers of the submissions, up to 10¹² − 1.</param>
    public SubmissionRequest(string authority, string path, Serial serial)
    {
        (_path, _serial) = (path, serial);
        using var body = new MemoryStream();
        Field(body, "first_name", "Ada");
        Field(body, "last_name", "Lovelace-", LettersPlace, _letters);
        Field(body, "email", "ada.", LettersPlace, _letters, "@example.com");
        if (path == Form)
        {
            Field(body, "phone", "+1 415 555 0100");
            Field(body, "practice_area", "Employment");
            Field(
                body,
                "message",
                "My employer let me go after I reported a safety problem. I would like to talk to somebody."
            );
            Field(body, "token", "5b1f7c52-9a3e-4d07-8c41-", DigitsPlace, _digits);
        }
        Write(
            body,
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"Ada Lovelace.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        var (pdf, place) = SamplePdf.Create(ResumeBytes, DigitsPlace);
        _digits.Add((int)body.Position + place);
        body.Write(pdf);
        Write(body, $"\r\n--{Boundary}--\r\n");

        var browser =
            path == Form ? $"Origin: http://{authority}\r\nSec-Fetch-Site: same-origin\r\nAccept: text/html\r\n" : "";
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: anteroom-bench\r\n{browser}"
                + $"Content-Type: multipart/form-data; boundary={Boundary}\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        _bytes = [.. head, .. body.ToArray()];
        Shift(_letters, head.Length);
        Shift(_digits, head.Length);
    }

    /// <summary>The submission with the next number: its own name, address, token and file content.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var serial = _serial.Next();
        Span<byte> letters = stackalloc byte[Width];
        Span<byte> digits = stackalloc byte[Width];
        for (int i = Width - 1; i >= 0; i--, serial /= 10)
        {
            letters[i] = (byte)('a' + (serial % 10));
            digits[i] = (byte)('0' + (serial % 10));
        }
        foreach (var place in _letters)
            letters.CopyTo(_bytes.AsSpan(place));
        foreach (var place in _digits)
            digits.CopyTo(_bytes.AsSpan(place));
        return _bytes;
    }

    /// <summary>The form answers 303 See Other to <c>/thanks/{code}</c>, an API 201 Created.</summary>
    public bool IsDone(string head)
    {
        const string Thanks = "\r\nLocation: /thanks/";
        if (_path != Form)
            return head.StartsWith("HTTP/1.1 201 ", StringComparison.Ordinal);
        var at = head.IndexOf(Thanks, StringComparison.OrdinalIgnoreCase) + Thanks.Length;
        return head.StartsWith("HTTP/1.1 303 ", StringComparison.Ordinal)
            && at >= Thanks.Length
            && head.AsSpan(at).IndexOf('\r') is var length and > 0
            && head.AsSpan(at, length).IndexOfAnyExceptInRange('0', 'Z') < 0;
    }

    private static void Field(
        Stream body,
        string name,
        string value,
        string place = "",
        List<int>? places = null,
        string end = ""
    )
    {
        Write(body, $"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
        places?.Add((int)body.Position);
        Write(body, $"{place}{end}\r\n");
    }

    private static void Write(Stream stream, string text) => stream.Write(Encoding.ASCII.GetBytes(text));

    private static void Shift(List<int> places, int by)
    {
        for (var i = 0; i < places.Count; i++)
            places[i] += by;
    }
}
