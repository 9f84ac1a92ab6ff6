using System.Net.Sockets;
using MailKit.Security;

namespace Anteroom.Mail;

/// <summary>What to do about a mail server that does not take mail, for the administrator who has just set it.</summary>
internal static class MailAdvice
{
    public static Sentence For(MailException error, MailOptions mail)
    {
        var place = $"{mail.Host}, port {mail.ServerPort}";
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
            switch (cause)
            {
                case SocketException
                {
                    SocketErrorCode: SocketError.HostNotFound
                        or SocketError.NoData
                        or SocketError.TryAgain
                        or SocketError.NoRecovery
                }:
                    return $"The name {mail.Host} is unknown. Check the server's name for a typing error.";
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused }:
                    return $"Nothing listens at {place}. Check the port: 587 is usual with STARTTLS, 465 with TLS from the first byte.";
                case SocketException:
                    return $"{place} cannot be reached. Check the server's name, and whether a firewall is in the way.";
                case SslHandshakeException:
                    return mail.Security == MailEncryption.Tls
                        ? (Sentence)
                            $"TLS with {place} failed: its certificate is not trusted or not for this name, or the port expects STARTTLS. Use the name that the certificate was made for, or choose STARTTLS."
                        : $"The certificate of {mail.Host} was not accepted: it is not trusted, expired, or for another name. Use the server's name that its certificate was made for.";
                case NotSupportedException:
                    return $"{place} does not offer STARTTLS. Try TLS from the first byte on port 465, or another port.";
            }

        return error switch
        {
            { ReplyCode: 535 } => (Sentence)
                "The server does not accept the user name or the password. Type both again. Some providers want an app password instead of yours.",
            { ReplyCode: 530 or 534 or 538 } =>
                "The server wants another sign-in. Enter a user name and a password, and choose encryption.",
            { ReplyCode: 421 or 450 or 451 or 452 or 454 } =>
                "The server does not take mail right now. Try again in a few minutes; mail waits meanwhile.",
            { ReplyCode: not null } when error.Message.Contains("the sender", StringComparison.Ordinal) =>
                $"The server refuses the sender {mail.From}. Use an address that this user may send from.",
            { ReplyCode: not null } when error.Message.Contains("the recipient", StringComparison.Ordinal) =>
                "The server refuses to deliver to your address. Sign in with a user name and a password, or check your address in your profile.",
            { ReplyCode: not null } => "The server refuses the message. Its last answer says why.",
            { InnerException: OperationCanceledException } when error.IsConnectionFailure =>
                $"{place} does not answer. Check the port and the encryption: a firewall may be in the way, or the port expects TLS from the first byte.",
            { InnerException: BrokenLineException } =>
                $"{place} does not answer as a mail server does. Check the port and the encryption: 587 is usual with STARTTLS, 465 with TLS from the first byte.",
            _ => error.Message.Contains("does not offer", StringComparison.Ordinal)
                ? "The server offers no sign-in by password here. Choose encryption, or leave the user name and the password empty."
                : "The mail server broke off the conversation. Check the port and the encryption.",
        };
    }
}
