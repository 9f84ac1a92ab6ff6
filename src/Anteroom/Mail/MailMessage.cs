namespace Anteroom.Mail;

/// <summary>A message to send. The MIME writer prevents header injection, whatever is in here.</summary>
public sealed record MailMessage
{
    /// <summary>Without angle brackets; the same for every try.</summary>
    public required string MessageId { get; init; }

    /// <summary>When it was written, UTC; the <c>Date</c> header.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The sender; also the envelope sender.</summary>
    public required Mailbox From { get; init; }

    /// <summary>The one recipient.</summary>
    public required Mailbox To { get; init; }

    /// <summary>Where answers go; null for the sender.</summary>
    public Mailbox? ReplyTo { get; init; }

    /// <summary>Any text; written on one line.</summary>
    public required string Subject { get; init; }

    /// <summary>The plain part.</summary>
    public required string Text { get; init; }

    /// <summary>The HTML part.</summary>
    public required string Html { get; init; }

    /// <summary>Further headers, as <c>Auto-Submitted: auto-generated</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

/// <summary>Sends email: through a mail server, or into the pickup folder.</summary>
public interface IMailTransport
{
    /// <summary>Opens a connection for sending messages one after another.</summary>
    /// <exception cref="MailException">The server cannot be reached, or refuses us; always temporary for the message.</exception>
    Task<IMailConnection> ConnectAsync(CancellationToken cancellation);
}

/// <summary>A connection to a mail server. Not thread-safe.</summary>
public interface IMailConnection : IAsyncDisposable
{
    /// <summary>Sends one message; when this returns, the server has taken responsibility for it.</summary>
    /// <exception cref="MailException">It has not. The connection can be used again unless <see cref="IsUsable"/> is false.</exception>
    Task SendAsync(MailMessage message, CancellationToken cancellation);

    /// <summary>False after an error that leaves the connection in an unknown state.</summary>
    bool IsUsable { get; }
}

/// <summary>A mail server did not accept a message, or nothing can be sent through it.</summary>
internal sealed class MailException(string message, bool permanent, Exception? inner = null)
    : DeliveryException(message, permanent, inner)
{
    /// <summary>The server's three-digit reply code; null when there was no reply.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>The enhanced status code (RFC 3463), as <c>5.1.1</c>; null when there was none.</summary>
    public string? EnhancedCode { get; init; }
}
