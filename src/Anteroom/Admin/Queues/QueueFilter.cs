using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Admin;

/// <summary>How far an item has come, as people ask for it.</summary>
public enum ItemState
{
    /// <summary>Given up.</summary>
    Failed,

    /// <summary>Not begun, or to be tried again.</summary>
    Waiting,

    /// <summary>Put back after a try that failed, or for a reason that it names.</summary>
    Retrying,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>Done, or sent.</summary>
    Done,

    /// <summary>Taken off, or no longer wanted.</summary>
    Canceled,

    /// <summary>Whatever became of it.</summary>
    Any,
}

/// <summary>Which items are asked for.</summary>
/// <param name="Queue">Only of this kind; null for all.</param>
/// <param name="State">How far they have come.</param>
/// <param name="Error">What their error has to contain; null for anything.</param>
/// <param name="From">Not created before, UTC; null for always.</param>
/// <param name="To">Created before, UTC; null for until now.</param>
public sealed record QueueFilter(
    QueueName? Queue,
    ItemState State,
    string? Error = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null
)
{
    /// <summary>How many characters of an error are compared.</summary>
    public const int LongestError = 160;

    /// <summary>A person can have them done now or taken off: they wait, or were given up.</summary>
    public bool CanBeSettled => State is ItemState.Failed or ItemState.Waiting or ItemState.Retrying;

    /// <summary>The states in the tables.</summary>
    internal string[] States =>
        State switch
        {
            ItemState.Failed => ["failed"],
            ItemState.Waiting or ItemState.Retrying => ["queued"],
            ItemState.Running => ["working", "sending"],
            ItemState.Done => ["done", "sent"],
            ItemState.Canceled => ["cancelled"],
            _ => ["failed", "queued", "working", "sending", "done", "sent", "cancelled"],
        };

    /// <summary>Only rows with an error are asked for.</summary>
    internal bool NeedsError => Error is { Length: > 0 } || State == ItemState.Retrying;

    /// <summary>As the reader says it: <c>everything that failed of Welcome email with “timeout”</c>.</summary>
    public string ToWords()
    {
        var what = State switch
        {
            ItemState.Failed => T["everything that failed"],
            ItemState.Retrying => T["everything that is to be tried again"],
            ItemState.Waiting => T["everything that waits"],
            _ => T["everything"],
        };
        if (Queue is not null)
            what = T["{0} of {1}##queue", what, T[Queue.Label]];
        if (Error is { Length: > 0 })
            what = T["{0} with “{1}”", what, Error];
        if (From is { } from)
            what = T["{0} since {1}", what, Minute(from)];
        if (To is { } to)
            what = T["{0} before {1}", what, Minute(to)];
        return what;
    }

    private static string Minute(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    internal string ToJson() =>
        JsonSerializer.Serialize(
            new KeptFilter(Queue?.ToString(), State.ToWire(), Error, From, To),
            KeptFilterJson.Default.KeptFilter
        );

    internal static QueueFilter FromJson(string json)
    {
        var kept = JsonSerializer.Deserialize(json, KeptFilterJson.Default.KeptFilter)!;
        return new(QueueName.Parse(kept.Queue), WireName.Parse<ItemState>(kept.State), kept.Error, kept.From, kept.To);
    }
}

internal sealed record KeptFilter(string? Queue, string State, string? Error, DateTimeOffset? From, DateTimeOffset? To);

[JsonSerializable(typeof(KeptFilter))]
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class KeptFilterJson : JsonSerializerContext;
