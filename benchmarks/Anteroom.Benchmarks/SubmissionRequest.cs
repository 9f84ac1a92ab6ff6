using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>
/// The bytes of one <c>POST /</c> with every field of the public form and a 50 KB PDF. They are built once per client;
/// <see cref="Stamp"/> then only overwrites a few fixed-width places, so that every submission is a new one and sending
/// it costs the generator one system call.
/// </summary>
internal sealed class SubmissionRequest
{
    /// <summary>Size of the PDF in bytes: 50 KB.</summary>
    public const int ResumeBytes = 50 * 1024;

    private const int Width = 12;
    private const string Boundary = "----AnteroomBenchmark7f3a9c2e51d84b06";

    // Twelve letters where a person's name or address is expected, twelve digits where any characters may stand.
    private const string LettersPlace = "aaaaaaaaaaaa";
    private const string DigitsPlace = "000000000000";

    private readonly byte[] _bytes;
    private readonly List<int> _letters = [];
    private readonly List<int> _digits = [];

    /// <param name="authority">Host and port of the app, as <c>127.0.0.1:8000</c>.</param>
    public SubmissionRequest(string authority)
    {
        using var body = new MemoryStream();
        Field(body, "first_name", "Ada");
        Field(body, "last_name", "Lovelace-", LettersPlace, _letters);
        Field(body, "email", "ada.", LettersPlace, _letters, "@example.com");
        Field(body, "phone", "+1 415 555 0100");
        Field(body, "practice_area", "Employment");
        Field(
            body,
            "message",
            "My employer let me go after I reported a safety problem. I would like to talk to somebody."
        );
        Field(body, "token", "5b1f7c52-9a3e-4d07-8c41-", DigitsPlace, _digits);
        Write(
            body,
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"Ada Lovelace.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        var (pdf, place) = SamplePdf.Create(ResumeBytes, DigitsPlace);
        _digits.Add((int)body.Position + place);
        body.Write(pdf);
        Write(body, $"\r\n--{Boundary}--\r\n");

        var head = Encoding.ASCII.GetBytes(
            $"POST / HTTP/1.1\r\nHost: {authority}\r\nOrigin: http://{authority}\r\nUser-Agent: anteroom-bench\r\n"
                + "Sec-Fetch-Site: same-origin\r\nAccept: text/html\r\n"
                + $"Content-Type: multipart/form-data; boundary={Boundary}\r\nContent-Length: {body.Length}\r\n\r\n"
        );
        _bytes = [.. head, .. body.ToArray()];
        Shift(_letters, head.Length);
        Shift(_digits, head.Length);
    }

    /// <summary>The request as it goes over the wire.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Makes it the submission with this number: its own name, address, token and file content.</summary>
    /// <param name="serial">From 0 to 10¹² − 1, never used twice.</param>
    public void Stamp(long serial)
    {
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

/// <summary>A small PDF that readers open (ISO 32000-1, 7.5): header, four objects, cross-reference table, trailer.</summary>
internal static class SamplePdf
{
    /// <summary>Creates a PDF of exactly <paramref name="size"/> bytes, filled up with bytes that cannot be compressed.</summary>
    /// <returns>The file, and where in it <paramref name="place"/> stands, to be overwritten with as many characters.</returns>
    public static (byte[] Pdf, int Place) Create(int size, string place)
    {
        // The padding's length is in the file, too: build once with a guess of the same number of digits, then exactly.
        var guess = Build(size - 1000, place).Pdf;
        var built = Build(size - 1000 + (size - guess.Length), place);
        return built.Pdf.Length == size
            ? built
            : throw new InvalidOperationException("The sample PDF has a wrong size.");
    }

    private static (byte[] Pdf, int Place) Build(int padding, string place)
    {
        using var pdf = new MemoryStream();
        var offsets = new List<long>();
        void Text(string text) => pdf.Write(Encoding.ASCII.GetBytes(text));
        void Start(int number)
        {
            offsets.Add(pdf.Position);
            Text(string.Create(CultureInfo.InvariantCulture, $"{number} 0 obj\n"));
        }

        Text("%PDF-1.4\n%");
        pdf.Write([0xE2, 0xE3, 0xCF, 0xD3, (byte)'\n']);
        Start(1);
        Text("<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
        Start(2);
        Text("<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
        Start(3);
        Text("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>\nendobj\n");
        Start(4);
        Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"<< /Type /Padding /Length {place.Length + padding} >>\nstream\n"
            )
        );
        var at = (int)pdf.Position;
        Text(place);
        var noise = new byte[padding];
        new Random(20261121).NextBytes(noise);
        pdf.Write(noise);
        Text("\nendstream\nendobj\n");
        var xref = pdf.Position;
        Text("xref\n0 5\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            Text(string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        Text(
            string.Create(
                CultureInfo.InvariantCulture,
                $"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n"
            )
        );
        return (pdf.ToArray(), at);
    }
}
