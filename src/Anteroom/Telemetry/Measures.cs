using System.Diagnostics.Metrics;

namespace Anteroom.Telemetry;

/// <summary>
/// What the product counts and measures as it happens, named after OpenTelemetry's semantic conventions. While nobody collects metrics, an
/// instrument costs a comparison. No attribute is about a person.
/// </summary>
internal static class Measures
{
    /// <summary>What the instruments belong to.</summary>
    public const string Name = "Anteroom";

    /// <summary>The meter, for gauges that are read elsewhere.</summary>
    public static readonly Meter Meter = new(Name);

    // From what nobody notices to what somebody complains of, in seconds.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600],
    };

    private static readonly Counter<long> Submissions = Meter.CreateCounter<long>(
        "anteroom.submissions",
        "{submission}",
        "Inquiries, by door and by what became of them"
    );

    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>(
        "anteroom.queue.attempts",
        "{attempt}",
        "Tries to do background work or to deliver a message, by queue and outcome"
    );

    private static readonly Histogram<double> Waits = Meter.CreateHistogram(
        "anteroom.queue.wait.duration",
        "s",
        "How long background work was due before it was begun",
        advice: Seconds
    );

    private static readonly Histogram<double> Takes = Meter.CreateHistogram(
        "anteroom.queue.process.duration",
        "s",
        "How long a try took",
        advice: Seconds
    );

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>(
        "anteroom.mail.messages",
        "{message}",
        "Messages that were delivered or given up, by kind"
    );

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "anteroom.errors",
        "{error}",
        "Errors, as the page of operations groups them"
    );

    /// <summary>A form or a call was answered.</summary>
    /// <param name="source">The door, a word of ours.</param>
    /// <param name="outcome"><c>accepted</c>, <c>repeated</c>, <c>invalid</c> or <c>unavailable</c>.</param>
    public static void Submitted(string source, string outcome) =>
        Submissions.Add(1, new("anteroom.source", source), new("anteroom.outcome", outcome));

    /// <summary>A try has ended.</summary>
    /// <param name="queue">The kind of work, or the channel.</param>
    /// <param name="outcome"><c>done</c>, <c>canceled</c>, <c>postponed</c>, <c>retried</c> or <c>failed</c>.</param>
    /// <param name="waited">Since it was due.</param>
    /// <param name="took">Of the try.</param>
    public static void Tried(string queue, string outcome, TimeSpan waited, TimeSpan took)
    {
        Attempts.Add(1, new("anteroom.queue", queue), new("anteroom.outcome", outcome));
        Waits.Record(Math.Max(0, waited.TotalSeconds), new KeyValuePair<string, object?>("anteroom.queue", queue));
        Takes.Record(Math.Max(0, took.TotalSeconds), new KeyValuePair<string, object?>("anteroom.queue", queue));
    }

    /// <summary>A message is settled.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="outcome"><c>delivered</c> or <c>failed</c>.</param>
    public static void Settled(string kind, string outcome) =>
        Messages.Add(1, new("anteroom.mail.kind", kind), new("anteroom.outcome", outcome));

    /// <summary>Something went wrong inside.</summary>
    public static void Failed(string type) => Errors.Add(1, new KeyValuePair<string, object?>("error.type", type));
}
