using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Mail.Smtp;

/// <summary>Messages and lines for the tests of this folder.</summary>
internal static class Letters
{
    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static MailMessage To(string address, string? name = null) =>
        new()
        {
            MessageId = $"{Guid.CreateVersion7()}@anteroom.test",
            Date = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero),
            From = new Mailbox("firm@example.com", "Dewey & Howe"),
            To = new Mailbox(address, name),
            Subject = "We have received your inquiry",
            Text = "Hello,\nwe will be in touch.\n",
            Html = "<p>Hello,<br>we will be in touch.</p>",
        };

    public static Task<IMailConnection> ConnectAsync(MailOptions options, CancellationToken? cancellation = null) =>
        new SmtpTransport(Options.Create(options)).ConnectAsync(cancellation ?? Cancellation);

    /// <summary>Opens a line, sends, and closes it.</summary>
    public static async Task SendAsync(MailOptions options, params MailMessage[] messages)
    {
        await using var line = await ConnectAsync(options);
        foreach (var message in messages)
            await line.SendAsync(message, Cancellation);
    }
}
