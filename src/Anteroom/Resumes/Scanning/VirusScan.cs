using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>What the scanner says about a file.</summary>
internal abstract record ScanResult
{
    private ScanResult() { }

    /// <summary>It has found nothing.</summary>
    public sealed record Clean : ScanResult;

    /// <summary>It has found this.</summary>
    public sealed record Found(string Name) : ScanResult;

    /// <summary>It takes no file of this size.</summary>
    public sealed record TooLarge : ScanResult;
}

/// <summary>The scanner could not be asked, or gave no answer that says anything about the file. It is asked again.</summary>
internal sealed class ScannerException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Asks a ClamAV daemon about a file: <c>INSTREAM</c> of its protocol (clamd(8)), a new connection each time, so that neither needs to
/// read the other's disk.
/// </summary>
internal sealed class VirusScan(IOptions<ScannerOptions> options)
{
    private const int Piece = 64 * 1024;
    private const int LongestAnswer = 4 * 1024;

    /// <summary>Whether there is a scanner to be asked.</summary>
    public bool IsOn => options.Value.IsOn;

    /// <summary>Sends the content, to its end, and waits for the answer.</summary>
    /// <exception cref="ScannerException">There was none.</exception>
    public async Task<ScanResult> RunAsync(Stream content, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.Timeout);
        try
        {
            return await AskAsync(content, limit.Token);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new ScannerException(
                $"The virus scanner at {options.Value.Address} gave no answer within {options.Value.Timeout}.",
                error
            );
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw new ScannerException(
                $"The virus scanner at {options.Value.Address} cannot be asked: {error.Message}",
                error
            );
        }
    }

    private async Task<ScanResult> AskAsync(Stream content, CancellationToken cancellation)
    {
        var endPoint = options.Value.EndPoint!;
        using var socket =
            endPoint is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint, cancellation);
        await using var stream = new NetworkStream(socket);
        try
        {
            await SendAsync(content, stream, cancellation);
        }
        catch (IOException)
        {
            // It hangs up on what is too large for it; the answer that says so may be there already.
            if (Read(await AnswerOrNothingAsync(stream, cancellation)) is { } answer)
                return answer;
            throw;
        }

        var text = await AnswerAsync(stream, cancellation);
        return Read(text)
            ?? throw new ScannerException($"The virus scanner at {options.Value.Address} answered: {text}");
    }

    private static async Task SendAsync(Stream content, NetworkStream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), cancellation);
        var piece = new byte[sizeof(int) + Piece];
        int length;
        do
        {
            // A piece of no length is the end.
            length = await content.ReadAtLeastAsync(piece.AsMemory(sizeof(int)), Piece, false, cancellation);
            BinaryPrimitives.WriteInt32BigEndian(piece, length);
            await stream.WriteAsync(piece.AsMemory(0, sizeof(int) + length), cancellation);
        } while (length > 0);
    }

    private static async Task<string> AnswerAsync(NetworkStream stream, CancellationToken cancellation)
    {
        var answer = new byte[LongestAnswer];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.UTF8.GetString(answer, 0, length).TrimEnd('\0', '\n');
    }

    private static async Task<string> AnswerOrNothingAsync(NetworkStream stream, CancellationToken cancellation)
    {
        try
        {
            return await AnswerAsync(stream, cancellation);
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary><c>stream: OK</c>, <c>stream: Win.Test.EICAR_HDB-1 FOUND</c>, <c>INSTREAM size limit exceeded. ERROR</c>; null for all else.</summary>
    internal static ScanResult? Read(string answer)
    {
        const string about = "stream: ";
        const string found = " FOUND";
        if (answer == about + "OK")
            return new ScanResult.Clean();
        if (
            answer.StartsWith(about, StringComparison.Ordinal)
            && answer.EndsWith(found, StringComparison.Ordinal)
            && answer[about.Length..^found.Length] is { Length: > 0 } name
        )
            return new ScanResult.Found(name);
        return answer.Contains("size limit exceeded", StringComparison.Ordinal) ? new ScanResult.TooLarge() : null;
    }
}
