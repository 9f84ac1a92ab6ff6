using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;

namespace Anteroom.Mail;

/// <summary>The connection is unusable: the server is silent for too long or breaks the protocol.</summary>
sealed class BrokenLineException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// Sits between MailKit and a mail server and limits what MailKit 4.18 does not: its timeout does not cover asynchronous calls, and it
/// reads replies of any length. As a stream, it sits below TLS and watches the clock; as MailKit's logger, it sits above TLS and watches
/// what the server says. It stores neither.
/// </summary>
sealed class GuardedLine(Socket socket, MailOptions options) : Stream, IProtocolLogger
{
    const int LongestAnswer = 32 * 1024;

    readonly NetworkStream network = new(socket, ownsSocket: true);
    TimeSpan patience = options.CommandTimeout;
    long deadline = After(options.CommandTimeout);
    bool handshaking;
    bool closing;

    // Since our last command: bytes the server has sent, and complete replies among them.
    int heard;
    int answers;

    // The current reply line: our position, its code, and whether another line follows.
    int column;
    int code;
    bool more;

    /// <summary>The server asked for the content and has not confirmed it.</summary>
    public bool AwaitsContent { get; private set; }

    /// <summary>False when, while idle, the server closed the connection or sent something unasked.</summary>
    public bool IsQuiet
    {
        get
        {
            try
            {
                return !closing && answers == 1 && column == 0 && !socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>Begins TLS. Refuses leftover plaintext from the server, which anybody could have injected (CVE-2011-0411).</summary>
    public void BeginTls()
    {
        if (answers > 1 || (answers == 1 && (column > 0 || socket.Available > 0)))
            throw new BrokenLineException(
                "The mail server sent more than its answer to STARTTLS before the encryption began; refused."
            );
        (handshaking, patience) = (true, options.ConnectTimeout);
        deadline = After(patience);
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // After its goodbye, nothing more is asked or awaited.
        if (closing)
            return 0;
        using var limit = Limit(cancellationToken);
        try
        {
            return await network.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate(handshaking ? "did not complete the TLS handshake" : "did not answer", e);
        }
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (closing)
            throw new BrokenLineException("The mail server has said goodbye.");
        // A large message may take long as long as it moves: the limit is per chunk.
        if (!handshaking)
            deadline = After(patience);
        using var limit = Limit(cancellationToken);
        try
        {
            await network.WriteAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate(handshaking ? "did not complete the TLS handshake" : "took no data", e);
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>The connection is open, including implicit TLS; the greeting is next.</summary>
    void IProtocolLogger.LogConnect(Uri uri) => Spoke();

    void IProtocolLogger.LogClient(byte[] buffer, int offset, int count) => Spoke();

    void IProtocolLogger.LogServer(byte[] buffer, int offset, int count)
    {
        heard += count;
        if (heard > LongestAnswer)
            throw new BrokenLineException("The mail server's answer did not end.");
        foreach (var b in buffer.AsSpan(offset, count))
        {
            if (b == '\n')
            {
                answers += more ? 0 : 1;
                AwaitsContent = code == (int)SmtpStatusCode.StartMailInput;
                closing |= code == (int)SmtpStatusCode.ServiceNotAvailable;
                column = 0;
                continue;
            }

            if (column == 0)
                (code, more) = (0, false);
            if (column < 3)
                code = code * 10 + (b - '0');
            else if (column == 3)
                more = b == '-';
            column++;
        }
    }

    IAuthenticationSecretDetector? IProtocolLogger.AuthenticationSecretDetector { get; set; }

    // The whole reply must arrive within the limit; dripping bytes do not extend it.
    void Spoke()
    {
        (handshaking, patience) = (false, options.CommandTimeout);
        deadline = After(patience);
        (heard, answers) = (0, 0);
    }

    CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, deadline - Environment.TickCount64)));
        return limit;
    }

    BrokenLineException TooLate(string what, Exception e) =>
        new($"The mail server {what} within {patience.TotalSeconds:0.###} seconds.", e);

    static long After(TimeSpan time) => Environment.TickCount64 + (long)Math.Ceiling(time.TotalMilliseconds);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            network.Dispose();
        base.Dispose(disposing);
    }

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override void Flush() { }

    /// <inheritdoc />
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();
}
