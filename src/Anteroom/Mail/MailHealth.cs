using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Anteroom.Mail;

/// <summary>Whether mail can leave the house: by opening a line, not more often than every few seconds.</summary>
internal sealed class MailHealth(IMailTransport transport) : IHealthCheck
{
    private static readonly TimeSpan WhileGood = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WhileBad = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private (Task<string?> Task, long At)? _last;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) => CurrentHealth.BoundedAsync(_ => LastAsync(), context, _ => "unreachable");

    private Task<string?> LastAsync()
    {
        lock (_gate)
        {
            if (_last is { } last)
            {
                var good = last.Task is { IsCompletedSuccessfully: true, Result: null };
                if (
                    !last.Task.IsCompleted
                    || TimeProvider.System.GetElapsedTime(last.At) < (good ? WhileGood : WhileBad)
                )
                    return last.Task;
            }

            var asking = TryAsync();
            _last = (asking, TimeProvider.System.GetTimestamp());
            return asking;
        }
    }

    private async Task<string?> TryAsync()
    {
        await Task.Yield();
        try
        {
            await using var line = await transport.ConnectAsync(CancellationToken.None);
            return null;
        }
        catch (Exception error) when (error is MailException or IOException or UnauthorizedAccessException)
        {
            return "unreachable";
        }
    }
}
