using Anteroom.Admin;
using Anteroom.Data;
using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>
/// Delivers the outbox. Each lane claims a few due e-mails, sends them over one line to the mail server and finishes each
/// on its own; any number of lanes and nodes work beside each other (<see cref="OutboxClaims"/>).
/// </summary>
/// <remarks>
/// A process that dies between the server's acceptance and the <c>sent</c> row leaves an e-mail that is sent again after its
/// lease: SMTP has no way to close that window. Both copies carry the same Message-ID.
/// </remarks>
public sealed partial class DeliverMail(
    OutboxClaims outbox,
    SentMail sentMail,
    IMailTransport transport,
    UnsubscribeLinks links,
    OptOuts optOuts,
    WorkSignal work,
    IOptions<MailOptions> options,
    TimeProvider time,
    ILogger<DeliverMail> logger
) : BackgroundService
{
    private const int BatchSize = 25;

    /// <summary>
    /// How many e-mails of a lane may be with the server and not yet written down as sent, while the next is on its way: as many
    /// could go twice when the process dies.
    /// </summary>
    private const int MostUnwritten = 4;
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    /// <summary>Set while no mail can be sent at all, so that the first success can release what waited for the server.</summary>
    private volatile bool _serverDown;

    /// <inheritdoc />
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Connections).Select(_ => LaneAsync(stoppingToken)));

    private Task LaneAsync(CancellationToken stopping) =>
        Lane.RunAsync(
            DeliverDueAsync,
            cancellation => work.WaitAsync(WorkSignal.Emails, options.Value.Sweep, cancellation),
            error => Log.NoDatabase(logger, error),
            time,
            stopping
        );

    /// <summary>Delivers everything that is due. False when the mail server cannot be used at the moment.</summary>
    public async Task<bool> DeliverDueAsync(CancellationToken cancellation)
    {
        IMailConnection? line = null;
        var unwritten = new Queue<Task>();
        try
        {
            while (true)
            {
                var claimed = await outbox.ClaimAsync(BatchSize, options.Value.Lease, cancellation);
                if (claimed.Count == 0)
                {
                    await WrittenAsync(unwritten, 0);
                    return true;
                }
                if (claimed.Count >= BatchSize)
                    work.Ring(WorkSignal.Emails); // there may be more than one lane can carry

                for (var i = 0; i < claimed.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (line is { IsUsable: false })
                    {
                        await line.DisposeAsync();
                        line = null;
                    }

                    try
                    {
                        line ??= await transport.ConnectAsync(cancellation);
                    }
                    catch (MailException error)
                    {
                        _serverDown = true;
                        Log.NoServer(logger, error.Message);
                        foreach (var waiting in claimed.Skip(i))
                            await RetryAsync(waiting, error);
                        return false;
                    }

                    await SendAsync(line, claimed[i], unwritten, cancellation);
                    await WrittenAsync(unwritten, MostUnwritten);
                }
            }
        }
        finally
        {
            if (line is not null)
                await line.DisposeAsync();
            // Also when the sending ended in an error: what the server has is written down.
            await Task.WhenAll(unwritten).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task WrittenAsync(Queue<Task> unwritten, int most)
    {
        while (unwritten.Count > most)
            await unwritten.Dequeue();
    }

    private async Task SendAsync(
        IMailConnection line,
        Email email,
        Queue<Task> unwritten,
        CancellationToken cancellation
    )
    {
        // Another worker may take the e-mail when the lease runs out, so the sending ends well before.
        var left = email.LeasedUntil!.Value - time.GetUtcNow() - Margin(options.Value.Lease);
        if (left <= TimeSpan.Zero || !await MayGoAsync(email, cancellation))
            return;

        try
        {
            using var limit = new CancellationTokenSource(left, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            await line.SendAsync(ToMessage(email), both.Token);
        }
        catch (MailException error) when (error.IsPermanent)
        {
            Log.Refused(logger, email.Id, email.Kind, error.Message);
            await outbox.FailAsync(email, error.Message);
            return;
        }
        catch (MailException error)
        {
            Log.NotNow(logger, email.Id, email.Kind, email.Attempts, error.Message);
            await RetryAsync(email, error);
            return;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await RetryAsync(email, new MailException("The mail server took too long.", permanent: false));
            return;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.NotNow(logger, email.Id, email.Kind, email.Attempts, error.ToString());
            await RetryAsync(
                email,
                new MailException($"The message could not be sent: {error.Message}", permanent: false)
            );
            return;
        }

        // The server has it: this must be written down even when we are told to stop.
        if (email.Kind.IsFirstContact())
            await outbox.FinishContactAsync(email);
        else
            unwritten.Enqueue(sentMail.FinishAsync(email));
        if (_serverDown)
        {
            _serverDown = false;
            await outbox.ReleaseWaitingForServerAsync(CancellationToken.None);
            work.Ring(WorkSignal.Emails);
        }
    }

    private static TimeSpan Margin(TimeSpan lease) => lease / 4 < LongestMargin ? lease / 4 : LongestMargin;

    /// <summary>Looks, at the last moment, whether an e-mail that nobody decided to send is still wanted.</summary>
    private async Task<bool> MayGoAsync(Email email, CancellationToken cancellation)
    {
        if (email.ToSample || email.ToAddress.EndsWith(SampleData.Domain, StringComparison.OrdinalIgnoreCase))
        {
            await outbox.CancelAsync(email, "This is sample data: nobody is written to.");
            return false;
        }

        // Without a lead it is a test that administrators send to themselves.
        if (email.LeadId is null || !email.Kind.Facts().StopsAtOptOut)
            return true;
        var reason =
            await optOuts.IsOutAsync(email.ToAddress, cancellation)
                ? "The prospect has asked for no more automatic e-mail."
            : email.Kind == EmailKind.Welcome && !await outbox.BeginWelcomeAsync(email)
                ? "Somebody had reached out already."
            : null;
        if (reason is null)
            return true;
        await outbox.CancelAsync(email, reason);
        return false;
    }

    /// <summary>Queues it for later, or gives up after the last try.</summary>
    private Task RetryAsync(Email email, MailException error) =>
        email.Attempts >= options.Value.MaxAttempts
            ? outbox.FailAsync(email, $"{error.Message} Given up after {email.Attempts} tries.")
            : outbox.RetryAsync(
                email,
                error.Message,
                RetryDelay.After(email.Attempts, options.Value.FirstRetry, options.Value.LongestRetry),
                error.IsConnectionFailure
            );

    private MailMessage ToMessage(Email email) =>
        new()
        {
            MessageId = email.MessageId,
            Date = email.CreatedAt,
            From = email.FromName is { } name ? new Mailbox(options.Value.Sender.Address, name) : options.Value.Sender,
            To = new Mailbox(email.ToAddress, email.ToName),
            ReplyTo = email.ReplyTo is { } address ? new Mailbox(address) : null,
            Subject = email.Subject,
            Text = email.Text,
            Html = email.Html,
            Headers = Headers(email),
        };

    private List<KeyValuePair<string, string>> Headers(Email email)
    {
        var headers = new List<KeyValuePair<string, string>>();
        // RFC 3834: no auto-responder should answer, but one may answer a person.
        if (email.Kind.Facts().Automated)
            headers.Add(new("Auto-Submitted", "auto-generated"));
        if (email.Kind.Facts().CanBeUnsubscribed)
        {
            // RFC 2369 and 8058: mail programs show a button that opts out with one click.
            headers.Add(new("List-Unsubscribe", $"<{links.For(email.ToAddress)}>"));
            headers.Add(new("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }

        return headers;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "No mail can be sent: {Reason}")]
        public static partial void NoServer(ILogger logger, string reason);

        [LoggerMessage(2, LogLevel.Warning, "E-mail {Id} ({Kind}) was refused for good: {Reason}")]
        public static partial void Refused(ILogger logger, Guid id, EmailKind kind, string reason);

        [LoggerMessage(3, LogLevel.Information, "E-mail {Id} ({Kind}) could not be sent at try {Attempt}: {Reason}")]
        public static partial void NotNow(ILogger logger, Guid id, EmailKind kind, int attempt, string reason);

        [LoggerMessage(4, LogLevel.Error, "The outbox cannot be read; trying again in a moment")]
        public static partial void NoDatabase(ILogger logger, Exception error);
    }
}
