using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;

namespace Anteroom.Mail;

/// <summary>The connection is unusable: the server is silent for too long or breaks the protocol.</summary>
internal sealed class BrokenLineException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>
/// Sits between MailKit and a mail server and limits what MailKit 4.18 does not: its timeout does not cover asynchronous calls, and it
/// reads replies of any length. As a stream, it sits below TLS and watches the clock; as MailKit's logger, it sits above TLS and watches
/// what the server says. It stores neither.
/// </summary>
internal sealed class GuardedLine(Socket socket, MailOptions options, MailConversation? heard = null)
    : Stream,
        IProtocolLogger
{
    private const int LongestAnswer = 32 * 1024;

    private readonly NetworkStream _network = new(socket, ownsSocket: true);
    private TimeSpan _patience = options.CommandTimeout;
    private long _deadline = After(options.CommandTimeout);
    private bool _handshaking;
    private bool _closing;

    // Since our last command: bytes the server has sent, and complete replies among them.
    private int _heard;
    private int _answers;

    // The current reply line: our position, its code, and whether another line follows.
    private int _column;
    private int _code;
    private bool _more;

    /// <summary>The server asked for the content and has not confirmed it.</summary>
    public bool AwaitsContent { get; private set; }

    /// <summary>False when, while idle, the server closed the connection or sent something unasked.</summary>
    public bool IsQuiet
    {
        get
        {
            try
            {
                return !_closing && _answers == 1 && _column == 0 && !socket.Poll(0, SelectMode.SelectRead);
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
        if (_answers > 1 || (_answers == 1 && (_column > 0 || socket.Available > 0)))
            throw new BrokenLineException(
                "The mail server sent more than its answer to STARTTLS before the encryption began; refused."
            );
        (_handshaking, _patience) = (true, options.ConnectTimeout);
        _deadline = After(_patience);
    }

    /// <inheritdoc />
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // After its goodbye, nothing more is asked or awaited.
        if (_closing)
            return 0;
        using var limit = Limit(cancellationToken);
        try
        {
            return await _network.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate(_handshaking ? "did not complete the TLS handshake" : "did not answer", e);
        }
    }

    /// <inheritdoc />
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (_closing)
            throw new BrokenLineException("The mail server has said goodbye.");
        // A large message may take long as long as it moves: the limit is per chunk.
        if (!_handshaking)
            _deadline = After(_patience);
        using var limit = Limit(cancellationToken);
        try
        {
            await _network.WriteAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate(_handshaking ? "did not complete the TLS handshake" : "took no data", e);
        }
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>The connection is open, including implicit TLS; the greeting is next.</summary>
    void IProtocolLogger.LogConnect(Uri uri)
    {
        heard?.Note("Connected");
        Spoke();
    }

    void IProtocolLogger.LogClient(byte[] buffer, int offset, int count)
    {
        heard?.Anteroom(buffer.AsSpan(offset, count));
        Spoke();
    }

    void IProtocolLogger.LogServer(byte[] buffer, int offset, int count)
    {
        heard?.Server(buffer.AsSpan(offset, count));
        _heard += count;
        if (_heard > LongestAnswer)
            throw new BrokenLineException("The mail server's answer did not end.");
        foreach (var b in buffer.AsSpan(offset, count))
        {
            if (b == '\n')
            {
                _answers += _more ? 0 : 1;
                AwaitsContent = _code == (int)SmtpStatusCode.StartMailInput;
                _closing |= _code == (int)SmtpStatusCode.ServiceNotAvailable;
                _column = 0;
                continue;
            }

            if (_column == 0)
                (_code, _more) = (0, false);
            if (_column < 3)
                _code = _code * 10 + (b - '0');
            else if (_column == 3)
                _more = b == '-';
            _column++;
        }
    }

    IAuthenticationSecretDetector? IProtocolLogger.AuthenticationSecretDetector { get; set; }

    // The whole reply must arrive within the limit; dripping bytes do not extend it.
    private void Spoke()
    {
        (_handshaking, _patience) = (false, options.CommandTimeout);
        _deadline = After(_patience);
        (_heard, _answers) = (0, 0);
    }

    private CancellationTokenSource Limit(CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMilliseconds(Math.Max(0, _deadline - Environment.TickCount64)));
        return limit;
    }

    private BrokenLineException TooLate(string what, Exception e) =>
        new($"The mail server {what} within {_patience.TotalSeconds:0.###} seconds.", e);

    private static long After(TimeSpan time) => Environment.TickCount64 + (long)Math.Ceiling(time.TotalMilliseconds);

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _network.Dispose();
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
