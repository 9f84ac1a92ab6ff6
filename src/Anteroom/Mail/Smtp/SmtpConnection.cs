using MailKit;
using MailKit.Net.Smtp;

namespace Anteroom.Mail;

/// <summary>A connection to a mail server after greeting and sign-in; tells what each failure means for the message.</summary>
internal sealed class SmtpConnection(GuardedClient client, GuardedLine line, MimeWriter mime, TimeSpan farewell)
    : IMailConnection
{
    /// <inheritdoc />
    public bool IsUsable => client.IsConnected && line.IsQuiet;

    /// <inheritdoc />
    public async Task SendAsync(MailMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellation.ThrowIfCancellationRequested();
        if (!client.IsConnected)
            throw Failed("The connection to the mail server is of no further use.", connection: true);
        var envelope = Envelope.Of(message, client.OffersUtf8);
        using var letter = mime.Compose(message, envelope);
        try
        {
            await client.SendAsync(letter, envelope, cancellation);
        }
        catch (SmtpCommandException e)
        {
            throw Refused(new SmtpReply((int)e.StatusCode, e.Message), e.ErrorCode);
        }
        catch (ServiceNotAuthenticatedException e)
        {
            throw Refused(new SmtpReply((int)SmtpStatusCode.AuthenticationRequired, e.Message));
        }
        catch (Exception e) when (e is not MailException)
        {
            cancellation.ThrowIfCancellationRequested();
            var what = SmtpReply.Shown(e.Message);
            throw Failed(
                line.AwaitsContent ? $"{what} It may have taken the message all the same." : what,
                connection: !client.SenderAccepted,
                e
            );
        }
    }

    /// <summary>Says goodbye if the server still listens, without waiting long.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(farewell);
        await client.DisconnectAsync(quit: IsUsable, limit.Token);
        client.Dispose();
    }

    private static MailException Refused(SmtpReply reply, SmtpErrorCode? about = null)
    {
        var sender = about is SmtpErrorCode.SenderNotAccepted;
        var what =
            sender ? "the sender"
            : about is SmtpErrorCode.RecipientNotAccepted ? "the recipient"
            : "the message";
        return new MailException($"The mail server did not accept {what}: {reply}", IsForGood(reply, sender))
        {
            ReplyCode = reply.Code,
            EnhancedCode = reply.EnhancedCode,
            IsConnectionFailure = reply.IsAboutSignIn || (reply.IsGoodbye && sender),
        };
    }

    // A refused sender is a setting to fix, the same for every message, so the message is kept; size and format are the message's own fault.
    private static bool IsForGood(SmtpReply reply, bool sender) =>
        reply.IsRefused
        && !reply.IsAboutSignIn
        && (!sender || reply.Code is 552 or 554 or 555 || reply.EnhancedCode is ['5', '.', '3' or '5' or '6', ..]);

    private static MailException Failed(string what, bool connection, Exception? inner = null) =>
        new(what, permanent: false, inner) { IsConnectionFailure = connection };
}
