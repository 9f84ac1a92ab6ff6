using System.Threading.Channels;

namespace Anteroom.Telemetry;

/// <summary>Hears every error that anybody logs, and keeps it for <see cref="KeepErrors"/>. Whoever logs waits for nothing.</summary>
[ProviderAlias("Errors")]
internal sealed class ErrorLog(TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    /// <summary>A flood is counted as far as it can be written down.</summary>
    private const int Most = 1_000;

    private readonly Channel<SeenError> _seen = Channel.CreateBounded<SeenError>(
        new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    private IExternalScopeProvider? _scopes;

    public ChannelReader<SeenError> Seen => _seen.Reader;

    public ILogger CreateLogger(string categoryName) => new Listener(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() => _seen.Writer.TryComplete();

    private void Hear(string category, object? state, Exception? exception)
    {
        var template = "";
        foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
            if (name == "{OriginalFormat}")
                template = value as string ?? "";
        var seen = SeenError.Of(category, template, exception, RequestId(), time.GetUtcNow());
        Measures.Failed(seen.Type.Length == 0 ? category : seen.Type.Split(' ')[0]);
        _seen.Writer.TryWrite(seen);
    }

    private string? RequestId()
    {
        string? id = null;
        _scopes?.ForEachScope<object?>(
            (scope, _) =>
            {
                foreach (var (name, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    if (name == "RequestId")
                        id = value?.ToString();
            },
            null
        );
        return id;
    }

    private sealed class Listener(ErrorLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (IsEnabled(logLevel))
                log.Hear(category, state, exception);
        }
    }
}
