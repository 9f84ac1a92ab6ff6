using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Anteroom.Benchmarks;

/// <summary>
/// A kept-alive connection that sends a request and reads its answer to the end. A blocking socket, because it costs the least
/// processor time: one system call out and one or two in.
/// </summary>
internal sealed class HttpLine : IDisposable
{
    private const string Length = "\r\nContent-Length: ";
    private const string Chunked = "\r\nTransfer-Encoding: chunked";

    // The last seven bytes of a chunked body, the end of the head counted in: CR LF 0 CR LF CR LF.
    private const ulong LastChunk = 0x0D0A_30_0D0A_0D0A;
    private const ulong SevenBytes = 0x00FF_FFFF_FFFF_FFFF;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _answer = new byte[64 * 1024];
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        // The whole request fits, so that sending it never waits for the app to read.
        SendBufferSize = 256 * 1024,
        ReceiveTimeout = (int)Patience.TotalMilliseconds,
        SendTimeout = (int)Patience.TotalMilliseconds,
    };

    public HttpLine(IPEndPoint app) => _socket.Connect(app);

    /// <returns>The head of the answer, with a line break after each line.</returns>
    public string Ask(ReadOnlySpan<byte> request)
    {
        while (request.Length > 0)
            request = request[_socket.Send(request)..];
        var have = 0;
        int end;
        while ((end = _answer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0)
            have += Receive(have);
        var head = Encoding.Latin1.GetString(_answer, 0, end + 2);
        var body = _answer.AsSpan(end + 4, have - end - 4);
        if (head.Contains(Chunked, StringComparison.OrdinalIgnoreCase))
            SkipChunks(body);
        else
        {
            for (var missing = BodyLength(head) - body.Length; missing > 0; )
                missing -= Receive(0);
        }
        return head;
    }

    private void SkipChunks(ReadOnlySpan<byte> body)
    {
        ulong last = 0x0D0A;
        while (true)
        {
            foreach (var one in body[Math.Max(0, body.Length - 7)..])
                last = (last << 8) | one;
            if ((last & SevenBytes) == LastChunk)
                return;
            body = _answer.AsSpan(0, Receive(0));
        }
    }

    private int Receive(int at)
    {
        var count = at < _answer.Length ? _socket.Receive(_answer.AsSpan(at)) : 0;
        return count > 0 ? count : throw new InvalidDataException("The app hung up in the middle of an answer.");
    }

    private static int BodyLength(string head)
    {
        var at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase) + Length.Length;
        return at < Length.Length
            ? 0
            : int.Parse(head.AsSpan(at, head.AsSpan(at).IndexOf('\r')), CultureInfo.InvariantCulture);
    }

    public void Dispose() => _socket.Dispose();
}
