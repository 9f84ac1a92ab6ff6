using System.Globalization;
using System.Text;

namespace Anteroom.Benchmarks;

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
