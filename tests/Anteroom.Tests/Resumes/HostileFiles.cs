using System.IO.Compression;
using System.Text;

namespace Anteroom.Tests.Resumes;

/// <summary>Files that are made to do harm, or to give nothing.</summary>
public static class HostileFiles
{
    /// <summary>A page whose content is 200 MB once it is unpacked twice.</summary>
    public static byte[] PdfBomb()
    {
        var packed = Packed(Packed(Encoding.ASCII.GetBytes(new string(' ', 200_000_000))));
        return Pdf("/Filter [/FlateDecode /FlateDecode]", packed);
    }

    /// <summary>A page with a line and no letter, as a scanner makes it.</summary>
    public static byte[] PdfWithoutText() => Pdf("", "0 0 m 100 100 l S"u8.ToArray());

    private static byte[] Pdf(string filter, byte[] content)
    {
        using var pdf = new MemoryStream();
        Write("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
        Write("2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
        Write("3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>\nendobj\n");
        Write($"4 0 obj\n<< /Length {content.Length} {filter} >>\nstream\n");
        pdf.Write(content);
        Write("\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n");
        return pdf.ToArray();

        void Write(string text) => pdf.Write(Encoding.ASCII.GetBytes(text));
    }

    private static byte[] Packed(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(content);
        return packed.ToArray();
    }
}

/// <summary>Stand-ins for pdftoppm and tesseract, before everything else in <c>PATH</c>.</summary>
public sealed class FakePrograms : IAsyncDisposable
{
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    /// <summary>Puts them there until this is disposed.</summary>
    public static FakePrograms On(string folder)
    {
        var programs = new FakePrograms();
        Write("pdftoppm", "for last; do :; done; echo picture > \"$last-1.pgm\"");
        Write("tesseract", "grep -q picture \"$1\" && echo \"RECOGNIZED $4\"");
        Environment.SetEnvironmentVariable("PATH", $"{folder}:{programs._path}");
        return programs;

        void Write(string name, string script)
        {
            var file = Path.Combine(folder, name);
            File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable("PATH", _path);
        return ValueTask.CompletedTask;
    }
}
