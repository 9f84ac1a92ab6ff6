namespace Anteroom.Audit;

/// <summary>
/// Writes down what somebody can make happen as often as they like: a line a minute, on each node, for whoever does it from an address. The
/// next line says how many there were meanwhile, so a flood is seen and fills nothing.
/// </summary>
public sealed class SparseAudit(AuditLog audit, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    // From more places than this within a minute, the log has enough of it.
    private const int MostPlaces = 1_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(AuditKind Kind, Guid? By, string? Address), (DateTimeOffset At, int Left)> _written =
    [];

    /// <summary>Writes the line, unless one was written within the minute.</summary>
    /// <param name="kind">What kind of thing it was.</param>
    /// <param name="context">Where it came from.</param>
    /// <param name="summary">What was done, a sentence that follows the actor. Nothing that was typed.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteAsync(AuditKind kind, HttpContext context, string summary, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        var by = CurrentUser.From(context.User);
        if (!IsDue((kind, by?.Id, context.Connection.RemoteIpAddress?.ToString()), out var left))
            return;
        await audit.WriteAsync(
            kind,
            left == 0 ? summary : $"{summary} ({Texts.Figure(left)} more like this since the line before)",
            by: by,
            cancellation: cancellation
        );
    }

    private bool IsDue((AuditKind, Guid?, string?) what, out int left)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var (at, counted) = _written.GetValueOrDefault(what);
            left = counted;
            if (now - at < Every)
            {
                _written[what] = (at, counted + 1);
                return false;
            }

            if (_written.Count >= MostPlaces)
                foreach (var (old, _) in _written.Where(one => now - one.Value.At >= Every).ToList())
                    _written.Remove(old);
            if (_written.Count >= MostPlaces)
                return false;
            _written[what] = (now, 0);
            return true;
        }
    }
}
