using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Anteroom.Mail;

/// <summary>
/// The bytes between us and a mail server: writes, replies, TLS; each step bounded in time and size, so that a hostile server can waste a
/// little of both and no more. Everything that goes wrong is a <see cref="BrokenLineException"/>, except cancellation.
/// </summary>
sealed class SmtpLine(Socket socket, MailOptions options) : IAsyncDisposable
{
    // RFC 5321 section 4.5.3.1.5 says 512; servers in the wild say more.
    const int LongestLine = 2048;
    const int LongestReply = 32 * 1024;
    const int MostLines = 128;

    // A large message may take long on a slow line as long as it moves: the limit holds for each piece.
    const int Piece = 64 * 1024;

    readonly byte[] buffer = new byte[2 * LongestLine];
    int start;
    int end;
    Stream stream = new NetworkStream(socket, ownsSocket: true);

    /// <summary>False when the server has closed the line, or said something that nobody asked for, while it lay idle.</summary>
    public bool IsQuiet
    {
        get
        {
            try
            {
                return start == end && !socket.Poll(0, SelectMode.SelectRead);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>True: the server has said more than was read.</summary>
    public bool HasUnread => start != end;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, Piece)];
            using var limit = Limit(options.CommandTimeout, cancellation);
            try
            {
                await stream.WriteAsync(piece, limit.Token);
            }
            catch (Exception e) when (IsBreak(e, cancellation))
            {
                throw Broken("took no data", options.CommandTimeout, e);
            }

            bytes = bytes[piece.Length..];
        }
    }

    public ValueTask WriteAsync(string command, CancellationToken cancellation) =>
        WriteAsync(Encoding.UTF8.GetBytes(command), cancellation);

    /// <summary>Reads one whole reply within one time limit, so that dripping bytes do not prolong it.</summary>
    public async ValueTask<SmtpReply> ReadReplyAsync(CancellationToken cancellation)
    {
        using var limit = Limit(options.CommandTimeout, cancellation);
        try
        {
            return await ReadLinesAsync(limit.Token);
        }
        catch (Exception e) when (IsBreak(e, cancellation))
        {
            throw Broken("did not answer", options.CommandTimeout, e);
        }
    }

    /// <summary>Continues in TLS. What the server sent in the open before this is refused: anybody could have slipped it in (CVE-2011-0411).</summary>
    public async Task SecureAsync(CancellationToken cancellation)
    {
        if (HasUnread)
            throw new BrokenLineException(
                "The mail server sent more than its answer to STARTTLS before the encryption began; refused."
            );
        using var limit = Limit(options.ConnectTimeout, cancellation);
        var secure = new SslStream(stream);
        try
        {
            var policy = new SslClientAuthenticationOptions { TargetHost = options.Host };
#pragma warning disable CA5359 // The operator asked for it, for this server only (Mail:VerifyCertificate).
            if (!options.VerifyCertificate)
                policy.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            await secure.AuthenticateAsClientAsync(policy, limit.Token);
        }
        catch (AuthenticationException e)
        {
            await secure.DisposeAsync();
            throw new BrokenLineException(
                $"The mail server's TLS or certificate was not accepted: {e.InnerException?.Message ?? e.Message} "
                    + "(Mail:VerifyCertificate=false accepts any certificate of this server.)",
                e
            );
        }
        catch (Exception e) when (IsBreak(e, cancellation))
        {
            await secure.DisposeAsync();
            throw Broken("did not finish the TLS handshake", options.ConnectTimeout, e);
        }

        stream = secure;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    async ValueTask<SmtpReply> ReadLinesAsync(CancellationToken cancellation)
    {
        var (code, length) = (0, 0);
        StringBuilder? earlier = null;
        for (var lines = 0; lines < MostLines && length <= LongestReply; lines++)
        {
            var line = await ReadLineAsync(cancellation);
            var (lineCode, more, text) = Parse(line.Span);
            if (lineCode == 0 || (code != 0 && lineCode != code))
                throw new BrokenLineException($"The mail server's answer is not SMTP: '{Shown(line.Span)}'.");
            code = lineCode;
            length += text.Length;
            if (!more)
                return new SmtpReply(code, earlier is null ? text : earlier.Append(text).ToString());
            (earlier ??= new StringBuilder()).Append(text).Append('\n');
        }

        throw new BrokenLineException("The mail server's answer did not end.");
    }

    async ValueTask<ReadOnlyMemory<byte>> ReadLineAsync(CancellationToken cancellation)
    {
        var searched = 0;
        for (; ; )
        {
            var feed = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                var length = searched + feed;
                var line = buffer.AsMemory(start, length);
                start += length + 1;
                return length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
            }

            searched = end - start;
            if (searched > LongestLine)
                throw new BrokenLineException("A line of the mail server's answer did not end.");
            buffer.AsSpan(start, searched).CopyTo(buffer);
            (start, end) = (0, searched);
            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (read == 0)
                throw new BrokenLineException("The mail server closed the connection.");
            end += read;
        }
    }

    static (int Code, bool More, string Text) Parse(ReadOnlySpan<byte> line)
    {
        var good =
            line.Length >= 3
            && line[0] is >= (byte)'2' and <= (byte)'5'
            && char.IsAsciiDigit((char)line[1])
            && char.IsAsciiDigit((char)line[2])
            && (line.Length == 3 || line[3] is (byte)' ' or (byte)'-');
        if (!good)
            return default;
        var code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        return line.Length == 3
            ? (code, false, "")
            : (code, line[3] == '-', HeaderText.OneLine(Encoding.UTF8.GetString(line[4..])));
    }

    static string Shown(ReadOnlySpan<byte> line) =>
        HeaderText.OneLine(Encoding.UTF8.GetString(line[..Math.Min(line.Length, 80)]));

    static CancellationTokenSource Limit(TimeSpan time, CancellationToken cancellation)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(time);
        return limit;
    }

    static bool IsBreak(Exception e, CancellationToken cancellation) =>
        e is IOException or SocketException or ObjectDisposedException or InvalidOperationException
        || (e is OperationCanceledException && !cancellation.IsCancellationRequested);

    static BrokenLineException Broken(string what, TimeSpan time, Exception e) =>
        e is OperationCanceledException
            ? new BrokenLineException($"The mail server {what} within {time.TotalSeconds:0.###} seconds.", e)
            : new BrokenLineException($"The connection to the mail server broke: {e.Message}", e);
}
