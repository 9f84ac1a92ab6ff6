using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>Sends through the mail server of <see cref="MailOptions"/>, as the settings are when a connection is opened.</summary>
internal sealed class SmtpTransport(IOptions<MailOptions> options) : IMailTransport
{
    // Reading a key for signatures costs more than a connection does.
    private Tuple<MailOptions, MimeWriter>? _last;

    /// <inheritdoc />
    public Task<IMailConnection> ConnectAsync(CancellationToken cancellation)
    {
        var (now, mime) = Present();
        return new SmtpDial(now, mime).ConnectAsync(cancellation);
    }

    private Tuple<MailOptions, MimeWriter> Present()
    {
        var now = options.Value;
        if (Volatile.Read(ref _last) is { } last && last.Item1 == now)
            return last;
        var present = Tuple.Create(now, new MimeWriter(DkimSignature.Of(now)));
        Volatile.Write(ref _last, present);
        return present;
    }
}
