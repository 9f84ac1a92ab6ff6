using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>Email: through the mail server of <see cref="MailOptions"/>, or into the pickup folder (<see cref="IMailTransport"/>).</summary>
public sealed class EmailChannel(IMailTransport transport, UnsubscribeLinks links, IOptions<MailOptions> options)
    : IChannel
{
    /// <summary>The channel's name in the rows.</summary>
    public const string Word = "email";

    /// <inheritdoc />
    public string Name => Word;

    /// <inheritdoc />
    public DeliveryPace Pace { get; } =
        new()
        {
            Lines = options.Value.Connections,
            Sweep = options.Value.Sweep,
            Lease = options.Value.Lease,
            MaxAttempts = options.Value.MaxAttempts,
            FirstRetry = options.Value.FirstRetry,
            LongestRetry = options.Value.LongestRetry,
        };

    /// <inheritdoc />
    public string Label(string kind) => WireName.Parse<EmailKind>(kind).ToLabel();

    /// <inheritdoc />
    public string OtherSide => "mail server";

    /// <inheritdoc />
    public async Task<IChannelLine> OpenAsync(CancellationToken cancellation) =>
        new Line(this, await transport.ConnectAsync(cancellation));

    private MailMessage Write(Message message)
    {
        var sender = options.Value.Sender;
        return new()
        {
            MessageId = message.MessageId,
            Date = message.CreatedAt,
            From = message.FromName is { } name ? new Mailbox(sender.Address, name) : sender,
            To = new Mailbox(message.ToAddress, message.ToName),
            ReplyTo = message.ReplyTo is { } address ? new Mailbox(address) : null,
            Subject = message.Subject!,
            Text = message.Text,
            Html = message.Html!,
            Headers = Headers(message),
        };
    }

    private List<KeyValuePair<string, string>> Headers(Message message)
    {
        var facts = message.EmailKind!.Value.Facts();
        var headers = new List<KeyValuePair<string, string>>();
        // RFC 3834: auto-responders should not answer, except to a person.
        if (facts.Automated)
            headers.Add(new("Auto-Submitted", "auto-generated"));
        if (facts.CanBeUnsubscribed)
        {
            // RFC 2369 and 8058: mail programs show a one-click unsubscribe button.
            headers.Add(new("List-Unsubscribe", $"<{links.For(message.ToAddress)}>"));
            headers.Add(new("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }

        return headers;
    }

    private sealed class Line(EmailChannel channel, IMailConnection connection) : IChannelLine
    {
        public bool IsUsable => connection.IsUsable;

        public Task SendAsync(Message message, CancellationToken cancellation) =>
            connection.SendAsync(channel.Write(message), cancellation);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}

/// <summary>Checked at the last moment, so that even a late opt-out counts.</summary>
internal sealed class RespectOptOuts(OptOuts optOuts) : IDeliveryRule
{
    public async Task<string?> WhyNotAsync(Message message, CancellationToken cancellation) =>
        // Without a lead, it is a test that administrators send to themselves.
        message is { LeadId: not null, EmailKind: { } kind }
        && kind.Facts().StopsAtOptOut
        && await optOuts.IsOutAsync(message.ToAddress, cancellation)
            ? "The prospect has asked for no more automatic email."
            : null;
}
