namespace Anteroom.Live;

/// <summary>A browser that listens to <c>/live</c>.</summary>
/// <param name="user">Who looks, as they were when they came.</param>
/// <param name="stamp">The user's security stamp; when it changes, they are signed out.</param>
/// <param name="session">The sign-in (<see cref="CurrentUser.SessionClaim"/>).</param>
/// <param name="ended">Canceled when the request or the process ends, or the sign-in expires.</param>
internal sealed class LiveListener(CurrentUser user, string stamp, string? session, CancellationToken ended)
    : IDisposable
{
    private static long _count;
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(ended);

    public CurrentUser User { get; } = user;

    public string Stamp { get; } = stamp;

    public string? Session { get; } = session;

    /// <summary>Higher than that of every listener that came before.</summary>
    public long Order { get; } = Interlocked.Increment(ref _count);

    /// <summary>It has to go because its user has opened too many others since.</summary>
    public bool IsOneTooMany { get; private set; }

    public Gathering Changes { get; } = new();

    public CancellationToken Ended => _end.Token;

    public void MakeRoom()
    {
        IsOneTooMany = true;
        End();
    }

    public void End()
    {
        try
        {
            _end.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // gone by itself
        }
    }

    public void Dispose() => _end.Dispose();
}
