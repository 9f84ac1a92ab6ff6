using System.Buffers;
using System.Globalization;
using System.Text;

namespace Anteroom.Mail;

/// <summary>
/// A greeted and signed-in line. A message costs two round trips where the server offers PIPELINING (RFC 2920), four where not.
/// </summary>
sealed class SmtpConnection(SmtpLine line, SmtpOffers offers, TimeSpan farewell) : IMailConnection
{
    readonly MimeWriter mime = new();
    readonly ArrayBufferWriter<byte> content = new(8192);
    bool usable = true;

    enum Step
    {
        Sender,
        Recipient,
        Data,
        Content,
    }

    /// <inheritdoc />
    public bool IsUsable => usable && line.IsQuiet;

    /// <inheritdoc />
    public async Task SendAsync(MailMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellation.ThrowIfCancellationRequested();
        if (!usable)
            throw Lost(new BrokenLineException("The connection to the mail server is of no further use."), Step.Sender);
        var envelope = Envelope.Of(message, offers.Utf8);
        var bytes = mime.Write(message, envelope);
        if (offers.LargestMessage > 0 && bytes.Length > offers.LargestMessage)
            throw new MailException(
                $"The message has {bytes.Length} bytes; the mail server takes {offers.LargestMessage} at the most.",
                permanent: true
            );
        DotStuffing.Write(bytes.Span, content);

        // Whatever leaves from here on by an exception leaves the line in an unknown state.
        usable = false;
        var step = Step.Sender;
        try
        {
            (step, var reply) = await AskAsync(envelope, bytes.Length, cancellation);
            if (step == Step.Content)
            {
                await line.WriteAsync(content.WrittenMemory, cancellation);
                reply = await line.ReadReplyAsync(cancellation);
            }

            if (step == Step.Content && reply.IsDone)
            {
                usable = true;
                return;
            }

            usable =
                !reply.IsGoodbye && reply.Code >= 400 && (step == Step.Content || await IsResetAsync(cancellation));
            throw Refused(reply, step);
        }
        catch (BrokenLineException e)
        {
            throw Lost(e, step);
        }
        finally
        {
            content.ResetWrittenCount();
        }
    }

    /// <summary>Says goodbye if the server still listens, waiting no longer than a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        if (usable)
        {
            usable = false;
            using var limit = new CancellationTokenSource(farewell);
            try
            {
                await line.WriteAsync("QUIT\r\n", limit.Token);
                await line.ReadReplyAsync(limit.Token);
            }
            catch (Exception e) when (e is BrokenLineException or OperationCanceledException)
            {
                // It is over either way.
            }
        }

        await line.DisposeAsync();
    }

    /// <summary>Names sender and recipient and asks to send.</summary>
    /// <returns><see cref="Step.Content"/> when the content may follow; else the step that failed and the answer to it.</returns>
    async Task<(Step Step, SmtpReply Reply)> AskAsync(Envelope envelope, int size, CancellationToken cancellation)
    {
        var sender = new StringBuilder("MAIL FROM:<")
            .Append(envelope.From.Local)
            .Append('@')
            .Append(envelope.From.Domain)
            .Append('>');
        if (offers.Size)
            sender.Append(CultureInfo.InvariantCulture, $" SIZE={size}");
        if (envelope.NeedsUtf8)
            sender.Append(" BODY=8BITMIME SMTPUTF8");
        string[] commands = [$"{sender}\r\n", $"RCPT TO:<{envelope.To}>\r\n", "DATA\r\n"];

        if (offers.Pipelining)
            await line.WriteAsync(string.Concat(commands), cancellation);
        (Step Step, SmtpReply Reply)? failed = null;
        for (var step = Step.Sender; step <= Step.Data; step++)
        {
            try
            {
                if (!offers.Pipelining)
                    await line.WriteAsync(commands[(int)step], cancellation);
                var reply = await line.ReadReplyAsync(cancellation);
                var good = step == Step.Data ? reply.Code == 354 : reply.IsDone;
                if (good && failed is not null && step == Step.Data)
                    await EndWithNothingAsync(cancellation);
                if (!good)
                    failed ??= (step, reply);
            }
            catch (BrokenLineException e)
            {
                // A server that refuses and hangs up has still refused.
                throw failed is { } before ? Refused(before.Reply, before.Step) : Lost(e, step);
            }

            if (failed is not null && (!offers.Pipelining || failed.Value.Reply.IsGoodbye))
                break;
        }

        return failed ?? (Step.Content, default);
    }

    // RFC 2920 section 3.1: with no recipient accepted, a server that still says 354 gets an empty message, which goes to nobody.
    async Task EndWithNothingAsync(CancellationToken cancellation)
    {
        await line.WriteAsync(".\r\n", cancellation);
        await line.ReadReplyAsync(cancellation);
    }

    async Task<bool> IsResetAsync(CancellationToken cancellation)
    {
        try
        {
            await line.WriteAsync("RSET\r\n", cancellation);
            return (await line.ReadReplyAsync(cancellation)).IsDone && !line.HasUnread;
        }
        catch (Exception e) when (e is BrokenLineException or OperationCanceledException)
        {
            return false; // Why the message was refused says more than this.
        }
    }

    static MailException Refused(SmtpReply reply, Step step)
    {
        var what = step switch
        {
            Step.Sender => "the sender",
            Step.Recipient => "the recipient",
            _ => "the message",
        };
        return new MailException($"The mail server did not accept {what}: {reply}", IsForGood(reply, step))
        {
            ReplyCode = reply.Code,
            EnhancedCode = reply.EnhancedCode,
            IsConnectionFailure = reply.IsAboutSignIn || (reply.IsGoodbye && step == Step.Sender),
        };
    }

    // A refused sender is the same for every message: a setting to repair, not a message to give up; its size or form is the message's.
    static bool IsForGood(SmtpReply reply, Step step) =>
        reply.IsRefused
        && !reply.IsAboutSignIn
        && (
            step != Step.Sender
            || reply.Code is 552 or 554 or 555
            || reply.EnhancedCode is ['5', '.', '3' or '5' or '6', ..]
        );

    static MailException Lost(BrokenLineException e, Step step) =>
        new(
            step == Step.Content ? e.Message + " It may have taken the message all the same." : e.Message,
            permanent: false,
            e
        )
        {
            IsConnectionFailure = step == Step.Sender,
        };
}
