using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Anteroom.Telemetry;

/// <summary>
/// What a span may say: attributes of this list, and of an address only its route. So no path with a code or token, no query, no
/// client's address, no browser and no message of an error leaves the house, whichever library made the span.
/// </summary>
internal sealed class SpanRules : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> Allowed = FrozenSet.Create(
        StringComparer.Ordinal,
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "network.protocol.version",
        "url.scheme",
        "server.address",
        "server.port",
        "error.type",
        "db.system",
        "db.system.name",
        "db.namespace",
        "db.operation.name",
        "db.collection.name",
        // Values are parameters, which are not part of it.
        "db.query.text",
        "db.response.status_code",
        "db.npgsql.rows",
        "db.npgsql.prepared",
        "messaging.batch.message_count",
        "anteroom.queue",
        "anteroom.mail.kind"
    );

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.ToList())
            if (!Allowed.Contains(name))
                data.SetTag(name, null);
        // The name that a client calls us by is its choice.
        if (data.Kind == ActivityKind.Server)
            data.SetTag("server.address", null);
        if (data.StatusDescription is not null)
            data.SetStatus(data.Status);
    }

    /// <summary>Has exceptions recorded without their messages, for as long as it is not disposed.</summary>
    public static IDisposable WithoutMessages()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            ExceptionRecorder = (Activity _, Exception exception, ref TagList tags) =>
            {
                tags.Add("exception.message", "");
                tags.Add("exception.stacktrace", exception.StackTrace ?? "");
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
