using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>
/// Goes by the settings of the moment: the mail server, or the pickup folder without one. A connection that was opened with other settings
/// is of no more use after its message.
/// </summary>
internal sealed class PresentTransport(IOptions<MailOptions> options, SmtpTransport smtp, PickupTransport pickup)
    : IMailTransport
{
    /// <inheritdoc />
    public async Task<IMailConnection> ConnectAsync(CancellationToken cancellation)
    {
        var now = options.Value;
        if (now.Unusable is { } problem)
            throw new MailException(problem, permanent: false) { IsConnectionFailure = true };
        IMailTransport transport = now.HasServer ? smtp : pickup;
        return new Connection(await transport.ConnectAsync(cancellation), () => options.Value == now);
    }

    private sealed class Connection(IMailConnection inner, Func<bool> isPresent) : IMailConnection
    {
        public bool IsUsable => inner.IsUsable && isPresent();

        public Task SendAsync(MailMessage message, CancellationToken cancellation) =>
            inner.SendAsync(message, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
