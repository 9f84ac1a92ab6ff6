using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Work;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// Raises an alarm for each part of this node that stays unwell and for what is wrong in the database (<see cref="LookForTrouble"/>), and tells
/// administrators of every alarm when it begins and when it ends: by email, and by the webhook if there is one.
/// </summary>
internal sealed partial class TellAlarms(
    CurrentHealth health,
    Alarms alarms,
    NpgsqlDataSource database,
    AttentionMessages messages,
    LookForTrouble trouble,
    WorkSignal signal,
    TimeProvider time,
    ILogger<TellAlarms> logger
) : BackgroundService
{
    private static readonly TimeSpan WhenUnwell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhenWell = TimeSpan.FromSeconds(20);

    /// <summary>Unwell at so many looks in a row: not just a hiccup.</summary>
    private const int Looks = 2;

    private readonly Dictionary<string, int> _unwell = new(StringComparer.Ordinal);
    private readonly HashSet<string> _well = new(StringComparer.Ordinal);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await signal.WaitAsync(WorkSignal.Alarms, _unwell.Count > 0 ? WhenUnwell : WhenWell, stoppingToken);
                try
                {
                    await LookAsync(stoppingToken);
                    await trouble.RunAsync(stoppingToken);
                    await TellAsync(stoppingToken);
                }
                catch (Exception error) when (Sql.IsPassing(error))
                {
                    NotKept(logger, error.Message); // at the next look; of the database itself the log speaks
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    NotTold(logger, error);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        var now = await health.ReadAsync(cancellation);
        foreach (var (part, state) in now.Entries)
        {
            if (Explain(part, state.Description) is not { } words)
                continue;
            var name = $"{part}@{Environment.MachineName}";
            if (state.Status == HealthStatus.Healthy)
            {
                _unwell.Remove(part);
                if (_well.Add(part)) // for the first time, or again
                    await alarms.EndAsync(name, cancellation);
            }
            else if ((_unwell[part] = _unwell.GetValueOrDefault(part) + 1) == Looks)
            {
                _well.Remove(part);
                await alarms.RaiseAsync(name, words.Detail, cancellation, words.Advice, words.Link);
            }
        }
    }

    /// <summary>What is the matter, what helps, and where there is more; null when an alarm cannot be kept, as of the database.</summary>
    private static (string Detail, string Advice, string Link)? Explain(string part, string? state)
    {
        var here = Environment.MachineName;
        return (part, state) switch
        {
            ("resumes", "missing") => (
                AlarmTexts.In(AlarmTexts.StoreMissing, here),
                AlarmAdvice.MountDisk,
                "/admin/operations"
            ),
            ("resumes", _) => (
                AlarmTexts.In(AlarmTexts.StoreNotWritable, here),
                AlarmAdvice.MakeRoomInStore,
                "/admin/operations"
            ),
            ("mail", _) => (AlarmTexts.In(AlarmTexts.NoMail, here), AlarmAdvice.TestMail, "/admin/settings#mail"),
            ("work", _) => (AlarmTexts.WorkLate, AlarmAdvice.SeeToWorker, "/admin/queues"),
            _ => null,
        };
    }

    private async Task TellAsync(CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var news = await Alarms.TakeNewsAsync(connection, cancellation);
        if (news.Count == 0)
            return;
        var administrators = await connection.QueryAsync<Mailbox>(NotificationPolicy.Administrators, cancellation);
        await using var batch = connection.CreateBatch();
        foreach (var alarm in news)
        {
            foreach (var administrator in administrators)
                batch.Queue(messages.Email(administrator, alarm, now));
            if (messages.Webhook(alarm, now) is { } message)
                batch.Queue(message);
        }

        if (batch.BatchCommands.Count > 0)
            await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        signal.Poke(WebhookChannel.Word);
    }

    [LoggerMessage(LogLevel.Debug, "Alarms cannot be kept at the moment: {Reason}")]
    private static partial void NotKept(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "Administrators cannot be told of an alarm")]
    private static partial void NotTold(ILogger logger, Exception error);
}
