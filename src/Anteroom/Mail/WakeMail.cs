using Anteroom.Data;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>Tries what waits for the mail server again as soon as this node has other settings for it.</summary>
internal sealed partial class WakeMail(
    IOptionsMonitor<MailOptions> options,
    OutboxClaims claims,
    IEnumerable<IChannel> channels,
    WorkSignal signal,
    ILogger<WakeMail> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changed = new SemaphoreSlim(0);
        var known = Facts(options.CurrentValue);
        using var listening = options.OnChange(_ => changed.Release());
        var email = channels.First(channel => channel.Name == EmailChannel.Word);
        while (true)
        {
            try
            {
                await changed.WaitAsync(stoppingToken);
                var now = Facts(options.CurrentValue);
                if (now == known)
                    continue;
                await claims.ReleaseWaitingForServerAsync(email, stoppingToken);
                known = now;
                signal.Ring(email.Name);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (Sql.IsPassing(error) || error is OptionsValidationException)
            {
                // What waits is tried at its own time all the same.
                Log.NotWoken(logger, error);
            }
        }
    }

    private static (string?, int, MailEncryption, string?, string?, string, string?) Facts(MailOptions mail) =>
        (mail.Host, mail.ServerPort, mail.Security, mail.User, mail.Password, mail.From, mail.Unusable);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The mail that waits could not be made due after the settings changed")]
        public static partial void NotWoken(ILogger logger, Exception error);
    }
}
