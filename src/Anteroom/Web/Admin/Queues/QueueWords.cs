using System.Globalization;
using Anteroom.Admin;

namespace Anteroom.Web.Admin;

/// <summary>Words and figures of the pages of queues.</summary>
internal static class QueueWords
{
    /// <summary>A wait in its unit: <c>40 ms</c>, <c>2.5 s</c>, <c>12 min</c>, <c>3 h</c>.</summary>
    public static string Wait(TimeSpan? wait) =>
        wait is not { } time ? "–"
        : time.TotalMilliseconds < 1000 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms")
        : time.TotalSeconds < 10 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : time.TotalSeconds < 120 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : time.TotalMinutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h");

    public static string Count(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    public static string Tries(int attempts) => T.Many(attempts, "1 try", "{0} tries");

    /// <summary>How far an item has come, by its state in the table.</summary>
    public static string State(QueueItem item) =>
        item.State switch
        {
            "queued" => item.Error is null ? T["Waiting"] : T["Retrying"],
            "working" or "sending" => T["Running"],
            "done" => T["Done"],
            "sent" => T["Sent"],
            "failed" => T["Failed"],
            _ => T["Canceled"],
        };

    /// <summary>The class of its mark.</summary>
    public static string Style(QueueItem item) =>
        item.State switch
        {
            "queued" => "pill-queued",
            "working" or "sending" => "pill-sending",
            "done" or "sent" => "pill-sent",
            "failed" => "pill-failed",
            _ => "",
        };

    /// <summary>Which items an act is about. What came after it was asked for is not among them, which goes without saying.</summary>
    public static string Of(QueueAct act)
    {
        var filter = QueueFilter.FromJson(act.Filter);
        return (filter.To > act.AskedAt ? filter with { To = null } : filter).ToWords();
    }

    /// <summary>How far an act has come.</summary>
    public static string Progress(QueueAct act)
    {
        var (done, total) = (Count(act.Done), Count(act.Total));
        return act.StoppedBy is { } by ? T["{0} of {1}, stopped by {2}", done, total, by]
            : act.FinishedAt is not null ? T["{0} of {1}, finished", done, total]
            : T["{0} of {1}", done, total];
    }

    public static string Address(QueueItem item) => $"/admin/queues/{item.Queue}/{item.Id}";
}
