using Anteroom.Data;
using Npgsql;

namespace Anteroom.Firm;

/// <summary>
/// Keeps this node's <see cref="StoredSettings"/> as the table has them. A value that breaks a rule, as one of an older version or
/// written by hand may, is left out and named in the log: it never stops anything.
/// </summary>
public sealed partial class KeepSettings(
    NpgsqlDataSource database,
    StoredSettings stored,
    SettingsCheck check,
    SecretSettings secrets,
    WorkSignal signal,
    ILogger<KeepSettings> logger
) : RefreshedCache(signal, WorkSignal.Settings)
{
    private readonly SemaphoreSlim _one = new(1);
    private Dictionary<string, string?> _read = new(StringComparer.Ordinal);
    private Dictionary<string, SettingProblem> _unfit = new(StringComparer.Ordinal);

    /// <summary>What stands in the table and is not used, with the reason.</summary>
    public IReadOnlyDictionary<string, SettingProblem> Unfit => Volatile.Read(ref _unfit);

    /// <summary>Reads the table and puts into use what can be used.</summary>
    public override async Task RefreshAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            var rows = await ReadAsync(cancellation);
            if (
                rows.Count == _read.Count
                && rows.All(row => _read.TryGetValue(row.Key, out var same) && same == row.Value)
            )
                return;
            Use(rows);
            _read = rows;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override void LogNotRead(Exception error) => Log.NotRead(logger, error);

    private sealed record Row(string Key, string Value);

    private async Task<Dictionary<string, string?>> ReadAsync(CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<Row>("select key, value from settings order by key", cancellation);
        // A key of a newer version is none of ours.
        return rows.Where(row =>
                Setting.Find(row.Key) is not null || Setting.OwnKeys.Contains(row.Key, StringComparer.Ordinal)
            )
            .ToDictionary(row => row.Key, row => (string?)row.Value, StringComparer.Ordinal);
    }

    private void Use(Dictionary<string, string?> rows)
    {
        var unfit = new Dictionary<string, SettingProblem>(StringComparer.Ordinal);
        var fit = Readable(rows, unfit);
        if (check.Problems(fit).Count > 0)
        {
            var all = fit;
            fit = MailServer(all, unfit);
            // One by one, so that what is wrong is known by name and costs nothing else.
            foreach (var (key, value) in all.Where(row => !Setting.IsOfMail(row.Key)))
            {
                fit[key] = value;
                if (check.Problems(fit) is not [var problem, ..])
                    continue;
                fit.Remove(key);
                unfit[key] = problem;
            }
        }

        foreach (var (key, problem) in unfit.Where(one => !Unfit.ContainsKey(one.Key)))
            Log.Unfit(logger, key, problem.Sentence.ToString());

        Volatile.Write(ref _unfit, unfit);
        stored.Replace(fit);
    }

    /// <summary>With secrets as they are, and without what the environment says by another name.</summary>
    private Dictionary<string, string?> Readable(
        Dictionary<string, string?> rows,
        Dictionary<string, SettingProblem> unfit
    )
    {
        var readable = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (key, value) in rows)
        {
            var setting = Setting.Find(key);
            if (setting?.Older is not null && check.FixedBy(key) is not null)
                continue;
            if (setting?.Kind != SettingKind.Secret)
                readable[key] = value;
            else if (secrets.TryRead(key, value, out var secret))
                readable[key] = secret;
            else if (check.FixedBy(key) is null)
            {
                unfit[key] = new(key, "The keys that it was encrypted with are gone. Enter it again.");
                readable[SettingsCheck.MailUnusable] =
                    "The saved password of the mail server cannot be read anymore. Enter it again on /admin/settings; mail waits meanwhile.";
            }
        }

        return readable;
    }

    /// <summary>Mail waits when the server's settings do not fit together: half of them would send it somewhere else.</summary>
    private Dictionary<string, string?> MailServer(
        Dictionary<string, string?> values,
        Dictionary<string, SettingProblem> unfit
    )
    {
        var server = values.Where(row => Setting.IsOfMail(row.Key)).ToDictionary(StringComparer.Ordinal);
        if (check.Problems(server) is not [var problem, ..])
            return server;
        foreach (var key in server.Keys)
            unfit.TryAdd(key, problem);
        return new(StringComparer.Ordinal)
        {
            [SettingsCheck.MailUnusable] =
                $"The saved mail server cannot be used: {problem} Set it anew on /admin/settings; mail waits meanwhile.",
        };
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "The stored setting {Key} cannot be used, the default counts: {Problem} Set it anew on /admin/settings"
        )]
        public static partial void Unfit(ILogger logger, string key, string problem);

        [LoggerMessage(2, LogLevel.Warning, "The firm's settings could not be read; those known stay in use")]
        public static partial void NotRead(ILogger logger, Exception error);
    }
}
