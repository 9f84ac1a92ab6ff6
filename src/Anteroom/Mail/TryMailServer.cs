using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>How a try of the mail server ended.</summary>
/// <param name="Problem">What went wrong, and what to do; null when the server has accepted the message.</param>
/// <param name="Lines">The conversation.</param>
public sealed record MailTrial(Sentence? Problem, IReadOnlyList<ConversationLine> Lines);

/// <summary>Sends a message at once by the settings of the moment, outside the outbox, and tells all that was said.</summary>
public sealed class TryMailServer(IOptions<MailOptions> options)
{
    /// <summary>The longest it takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ForConnecting = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ForAnAnswer = TimeSpan.FromSeconds(10);

    /// <summary>Tries it.</summary>
    public async Task<MailTrial> RunAsync(MailMessage message, CancellationToken cancellation)
    {
        var mail = options.Value.WithPatience(ForConnecting, ForAnAnswer);
        if (mail.Unusable is { } problem)
            return new(problem, []);
        if (!mail.HasServer)
            return new("No mail server is set: emails become files in the pickup folder. Enter a server and save.", []);
        var heard = new MailConversation(mail);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience - TimeSpan.FromSeconds(3));
        try
        {
            var mime = new MimeWriter(DkimSignature.Of(mail));
            await using var connection = await new SmtpDial(mail, mime, heard).ConnectAsync(limit.Token);
            await connection.SendAsync(message, limit.Token);
        }
        catch (MailException error)
        {
            heard.Note(error.Message);
            return new(MailAdvice.For(error, mail), heard.Lines);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            heard.Note("It took too long.");
            return new(
                "The mail server is too slow: it took longer than a try may. Try again, or ask who runs it.",
                heard.Lines
            );
        }

        return new(null, heard.Lines);
    }
}
