namespace Anteroom.Tests.App;

/// <summary>Apps that tests have given back. A start costs a fifth of a second of a core, a reset a few milliseconds.</summary>
internal sealed class IdleApps : IAsyncDisposable
{
    private const int MostKept = 12;

    private readonly LinkedList<(string Kind, RunningApp App)> _idle = []; // the last used first

    /// <summary>An app with these settings and nothing in it; null when none is idle.</summary>
    public async Task<RunningApp?> TakeAsync(AppSettings settings)
    {
        while (Find(settings.Kind) is { } app)
        {
            if (await app.ResetAsync())
                return app;
            await app.DisposeAsync();
        }

        return null;
    }

    /// <summary>The test has ended.</summary>
    public async ValueTask GiveBackAsync(AppSettings settings, RunningApp app)
    {
        RunningApp? oldest = null;
        lock (_idle)
        {
            _idle.AddFirst((settings.Kind, app));
            if (_idle.Count > MostKept)
            {
                oldest = _idle.Last!.Value.App;
                _idle.RemoveLast();
            }
        }

        if (oldest is not null)
            await oldest.DisposeAsync();
    }

    private RunningApp? Find(string kind)
    {
        lock (_idle)
        {
            for (var node = _idle.First; node is not null; node = node.Next)
                if (node.Value.Kind == kind)
                {
                    _idle.Remove(node);
                    return node.Value.App;
                }
        }

        return null;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_idle.Select(idle => idle.App.DisposeAsync().AsTask()));
}
