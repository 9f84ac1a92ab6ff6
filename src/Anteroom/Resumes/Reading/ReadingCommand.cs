using System.Buffers.Binary;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// What the reading process does (<c>read-text</c>, for Anteroom itself): reads files that come in on standard input, one after the other,
/// and writes the text of each to standard output. It has no database, no settings and no network; when it dies, another is started.
/// </summary>
internal static class ReadingCommand
{
    /// <summary>Its name among the commands.</summary>
    public const string Name = "read-text";

    /// <summary>Reads until there is no more.</summary>
    public static async Task<int> RunAsync(CancellationToken cancellation)
    {
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        while (await ReadAsync(input, cancellation) is [var kind, .. var rest])
        {
            var region = Encoding.ASCII.GetString(rest, 0, 2);
            var encodingBytes = rest[2];
            var encoding = encodingBytes == 0 ? null : Encoding.ASCII.GetString(rest, 3, encodingBytes);
            var found = ResumeText.Read(rest[(3 + encodingBytes)..], (ResumeType)kind, encoding);
            var facts = found is null ? "[]" : ResumeFacts.InJson(found.Text, region);
            await WriteAsync(
                output,
                [found is null ? (byte)0 : (byte)1],
                Encoding.UTF8.GetBytes($"{found?.Encoding}\n{facts}\n{found?.Text}"),
                cancellation
            );
        }

        return 0;
    }

    /// <summary>Writes a message: its length in four bytes, then its parts.</summary>
    internal static async Task WriteAsync(Stream to, byte[] head, byte[] body, CancellationToken cancellation)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, head.Length + body.Length);
        await to.WriteAsync(length, cancellation);
        await to.WriteAsync(head, cancellation);
        await to.WriteAsync(body, cancellation);
        await to.FlushAsync(cancellation);
    }

    /// <summary>Reads a message; none when the other side has ended.</summary>
    internal static async Task<byte[]> ReadAsync(Stream from, CancellationToken cancellation)
    {
        var length = new byte[sizeof(int)];
        if (await from.ReadAtLeastAsync(length, length.Length, throwOnEndOfStream: false, cancellation) < length.Length)
            return [];
        var message = new byte[Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(length), 0, 2 * ResumeText.MostBytes)];
        return
            await from.ReadAtLeastAsync(message, message.Length, throwOnEndOfStream: false, cancellation)
            < message.Length
            ? []
            : message;
    }
}
