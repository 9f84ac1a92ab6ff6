using System.Globalization;
using System.Text;
using Anteroom.Http;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Resumes;

/// <summary>
/// Serves a resume as a file to keep, never as a page to show: as an attachment, kept by no cache, and harmless in a browser. Ranges
/// (RFC 9110 section 14) let a broken download go on; its digest is its ETag.
/// </summary>
internal static class ResumeFile
{
    /// <summary>The answer; <paramref name="content"/> is disposed with it.</summary>
    /// <param name="context">Whose headers are set.</param>
    /// <param name="resume">What it is.</param>
    /// <param name="content">Its bytes, from <see cref="ReadResume"/>.</param>
    /// <param name="fileName">From <see cref="ResumeFileName"/>.</param>
    public static IResult Serve(HttpContext context, Resume resume, Stream content, string fileName)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "private, no-store";
        headers.ContentSecurityPolicy = SecurityHeaders.DownloadPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentDisposition = Disposition(fileName);
        return Stream(resume, content);
    }

    /// <summary>Its bytes with ETag, time and ranges; the caller has said what a browser may do with them.</summary>
    public static IResult Stream(Resume resume, Stream content) =>
        Results.Stream(
            content,
            resume.Type.ToContentType(),
            lastModified: ReceivedAt(resume.Id),
            entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(resume.Sha256)}\""),
            enableRangeProcessing: true
        );

    /// <summary>Sends the client to the bucket, for one short while.</summary>
    public static IResult SendTo(HttpContext context, string link)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        return Results.Redirect(link);
    }

    /// <summary>
    /// Both names of RFC 6266: one for clients that read ASCII in quotes and nothing else, and the exact one of RFC 8187.
    /// </summary>
    internal static string Disposition(string fileName) =>
        $"attachment; filename=\"{Ascii(fileName)}\"; filename*=UTF-8''{Uri.EscapeDataString(fileName)}";

    /// <summary><c>Zoë</c> as <c>Zoe</c>; a letter that is no ASCII letter with a mark as <c>_</c>.</summary>
    private static string Ascii(string name) =>
        string.Concat(
            name.Normalize(NormalizationForm.FormD)
                .EnumerateRunes()
                .Where(rune => Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                .Select(rune => rune.IsAscii ? (char)rune.Value : '_')
        );

    /// <summary>The moment in the id, a UUIDv7 (RFC 9562 section 5.7): milliseconds since 1970 in its first 48 bits.</summary>
    private static DateTimeOffset ReceivedAt(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return DateTimeOffset.FromUnixTimeMilliseconds(
            (long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16)
        );
    }
}
