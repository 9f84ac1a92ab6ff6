using System.Globalization;
using Anteroom.Admin;
using Microsoft.AspNetCore.WebUtilities;

namespace Anteroom.Web.Admin;

/// <summary>What the page of queues is asked, as it stands in its address.</summary>
public sealed record QueueQuestion
{
    /// <summary>The queue, as in addresses; empty for all.</summary>
    public string? Queue { get; init; }

    /// <summary>How far items have come; empty for failed ones.</summary>
    public string? State { get; init; }

    /// <summary>What their error has to contain.</summary>
    public string? Error { get; init; }

    /// <summary><c>1h</c>, <c>1d</c>, <c>1w</c>: not older; <c>over_1h</c>, <c>over_1d</c>, <c>over_1w</c>: older.</summary>
    public string? Age { get; init; }

    /// <summary>The place of the last item of the page before.</summary>
    public string? After { get; init; }

    /// <summary>Over which time the chart goes.</summary>
    public string? Span { get; init; }

    /// <summary>What ages can be asked for, and their words: keys of translations.</summary>
    public static IReadOnlyList<(string Value, string Label)> Ages { get; } =
    [
        ("", "Any"),
        ("1h", "Less than an hour"),
        ("1d", "Less than a day"),
        ("1w", "Less than a week"),
        ("over_1h", "More than an hour"),
        ("over_1d", "More than a day"),
        ("over_1w", "More than a week"),
    ];

    /// <summary>The states that can be asked for, and their words: keys of translations.</summary>
    public static IReadOnlyList<(ItemState Value, string Label)> States { get; } =
    [
        (ItemState.Failed, "Failed##items"),
        (ItemState.Retrying, "Retrying"),
        (ItemState.Waiting, "Waiting"),
        (ItemState.Running, "Running"),
        (ItemState.Done, "Done##items"),
        (ItemState.Canceled, "Canceled##items"),
        (ItemState.Any, "All"),
    ];

    /// <summary>Nothing in particular is asked for.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Queue + State + Error + Age + After);

    /// <summary>What is meant; null when the address says something that is not there.</summary>
    public QueueFilter? ToFilter(DateTimeOffset now)
    {
        var state = ItemState.Failed;
        if (!string.IsNullOrEmpty(State) && !WireName.TryParse(State, out state))
            return null;
        var queue = string.IsNullOrEmpty(Queue) ? null : QueueName.Parse(Queue);
        if (queue is null && !string.IsNullOrEmpty(Queue))
            return null;
        var error = Error?.Trim();
        if (error?.Length > QueueFilter.LongestError)
            error = error[..QueueFilter.LongestError];
        TimeSpan? age = Age?.Replace("over_", "", StringComparison.Ordinal) switch
        {
            null or "" => TimeSpan.Zero,
            "1h" => TimeSpan.FromHours(1),
            "1d" => TimeSpan.FromDays(1),
            "1w" => TimeSpan.FromDays(7),
            _ => null,
        };
        if (age is not { } old)
            return null;
        var since = old == TimeSpan.Zero ? (DateTimeOffset?)null : now - old;
        var isOver = Age?.StartsWith("over_", StringComparison.Ordinal) is true;
        return new(
            queue,
            state,
            string.IsNullOrEmpty(error) ? null : error,
            From: isOver ? null : since,
            To: isOver ? since : null
        );
    }

    /// <summary>Where the page begins; null for the newest, false when the address is wrong.</summary>
    public (bool Fits, QueuePlace? Place) ToPlace()
    {
        if (string.IsNullOrEmpty(After))
            return (true, null);
        return
            After.Split('_') is [var ticks, var id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at <= DateTimeOffset.MaxValue.Ticks
            && Guid.TryParse(id, out var key)
            ? (true, new QueuePlace(new(at, TimeSpan.Zero), key))
            : (false, null);
    }

    /// <summary>Over which time the chart goes; an hour unless it says otherwise.</summary>
    public ChartSpan ToSpan() => WireName.TryParse(Span ?? "", out ChartSpan span) ? span : ChartSpan.Hour;

    /// <summary>The address of this question, or of the page after an item.</summary>
    public string ToAddress(string path = "/admin/queues", QueueItem? after = null)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["queue"] = Queue,
            ["state"] = State,
            ["error"] = Error,
            ["age"] = Age,
            ["span"] = Span,
            ["after"] = after is null
                ? null
                : string.Create(CultureInfo.InvariantCulture, $"{after.CreatedAt.UtcTicks}_{after.Id}"),
        };
        return QueryHelpers.AddQueryString(path, values.Where(value => !string.IsNullOrEmpty(value.Value)));
    }
}
