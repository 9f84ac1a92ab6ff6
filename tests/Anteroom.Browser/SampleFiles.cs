using System.Globalization;
using System.Text;
using Microsoft.Playwright;

namespace Anteroom.Browser;

/// <summary>Files as prospects have them.</summary>
public static class SampleFiles
{
    /// <summary>A small, complete PDF, padded with a comment to about <paramref name="bytes"/>.</summary>
    public static byte[] Pdf(int bytes = 0)
    {
        var text = new StringBuilder("%PDF-1.4\n");
        List<int> offsets = [];
        foreach (
            var body in (string[])
                [
                    "<< /Type /Catalog /Pages 2 0 R >>",
                    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
                ]
        )
        {
            offsets.Add(text.Length);
            text.Append(CultureInfo.InvariantCulture, $"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }

        if (bytes > text.Length)
            text.Append('%').Append('x', bytes - text.Length).Append('\n');
        var start = text.Length;
        text.Append("xref\n0 4\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            text.Append(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The same as the browser's file chooser hands it over.</summary>
    public static FilePayload Resume(string name = "resume.pdf", int bytes = 0) =>
        new()
        {
            Name = name,
            MimeType = "application/pdf",
            Buffer = Pdf(bytes),
        };
}
