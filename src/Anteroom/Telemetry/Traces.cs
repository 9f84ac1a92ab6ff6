using System.Diagnostics;

namespace Anteroom.Telemetry;

/// <summary>
/// Spans of the product's own, and how a trace goes on in another process: a row that waits keeps the <c>traceparent</c> of its cause (W3C
/// Trace Context), and whoever does the work continues it. While nobody collects traces, no span is made and nothing is kept.
/// </summary>
public static class Traces
{
    /// <summary>What the spans come from.</summary>
    public const string Name = "Anteroom";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>The <c>traceparent</c> of what is being done, to be kept with its effects; null when it is not recorded.</summary>
    public static string? Current =>
        Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } current ? current.Id : null;

    /// <summary>Begins a span; null when nobody collects them.</summary>
    /// <param name="name">What is done, in a few words; no values.</param>
    /// <param name="kind">Its part in the trace.</param>
    /// <param name="cause">The <c>traceparent</c> that was kept; null: it belongs to what is being done, or begins a trace.</param>
    public static Activity? Start(string name, ActivityKind kind, string? cause = null) =>
        // Not remote: whether it is recorded was decided by us.
        cause is not null
        && ActivityContext.TryParse(cause, traceState: null, isRemote: false, out var parent)
            ? Source.StartActivity(name, kind, parent)
            : Source.StartActivity(name, kind);

    /// <summary>
    /// Begins the same span in the trace of each cause, for what is done for many at once. What happens inside shows in the first one's.
    /// </summary>
    public static SpanOfMany StartMany(string name, ActivityKind kind, IEnumerable<string?> causes) =>
        Source.HasListeners() ? new(name, kind, causes) : default;

    /// <summary>What went wrong: only its kind, for a message may quote what somebody has typed.</summary>
    public static void Fail(this Activity? span, string kind)
    {
        if (span is null)
            return;
        span.SetStatus(ActivityStatusCode.Error);
        span.SetTag("error.type", kind);
    }
}

/// <summary>One piece of work in the traces of all its causes.</summary>
public readonly struct SpanOfMany : IDisposable
{
    private readonly Activity?[]? _spans;

    internal SpanOfMany(string name, ActivityKind kind, IEnumerable<string?> causes)
    {
        var known = causes.OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        _spans =
            known.Length == 0
                ? [Traces.Start(name, kind)]
                // The last that is begun is the current one.
                : [.. known.Reverse().Select(cause => Traces.Start(name, kind, cause))];
    }

    /// <summary>Says the same of each.</summary>
    public void Set(string tag, object? value)
    {
        foreach (var span in _spans ?? [])
            span?.SetTag(tag, value);
    }

    /// <summary>What went wrong, as <see cref="Traces.Fail"/>.</summary>
    public void Fail(string kind)
    {
        foreach (var span in _spans ?? [])
            span.Fail(kind);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        for (var at = (_spans?.Length ?? 0) - 1; at >= 0; at--)
            _spans![at]?.Dispose();
    }
}
