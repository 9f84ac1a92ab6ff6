using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Anteroom.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Anteroom.Tests.Telemetry;

/// <summary>A span as it came over the wire.</summary>
public sealed record ReceivedSpan(
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    string Role,
    IReadOnlyDictionary<string, string> Tags
);

/// <summary>A collector of OTLP over HTTP and an error tracker in one: takes whatever is posted, and keeps it.</summary>
public sealed class Collector : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    private Collector(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    /// <summary>For the product: everything goes to this collector, and soon.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["SENTRY_DSN"] = string.Create(CultureInfo.InvariantCulture, $"http://key@127.0.0.1:{Port}/1"),
        };

    public static async Task<Collector> StartAsync()
    {
        var port = FreePort.Find();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var collector = new Collector(app, port);
        app.Run(collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    /// <summary>What came for one signal: <c>traces</c>, <c>metrics</c>, <c>logs</c> or <c>envelope</c>.</summary>
    public IReadOnlyList<byte[]> Of(string signal) =>
        [.. _received.Where(each => each.Path.Contains(signal, StringComparison.Ordinal)).Select(each => each.Body)];

    /// <summary>The same as text, whatever is not text aside.</summary>
    public string TextOf(string signal) => string.Concat(Of(signal).Select(Encoding.UTF8.GetString));

    public IReadOnlyList<ReceivedSpan> Spans() => [.. Of("traces").SelectMany(Read)];

    /// <summary>Waits for a condition; generous, because it returns as soon as it holds.</summary>
    public async Task<T> UntilAsync<T>(Func<T?> ask, Func<string> otherwise)
        where T : class
    {
        var limit = DateTime.UtcNow + Patience;
        while (true)
        {
            if (ask() is { } found)
                return found;
            Assert.True(DateTime.UtcNow < limit, otherwise());
            await Task.Delay(100);
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        await using var body =
            context.Request.Headers.ContentEncoding == "gzip"
                ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
                : context.Request.Body;
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes);
        _received.Enqueue((context.Request.Path, bytes.ToArray()));
    }

    // opentelemetry/proto/trace/v1/trace.proto: ResourceSpans 1 { Resource 1 { attributes 1 }, ScopeSpans 2 { Span 2 } }.
    private static IEnumerable<ReceivedSpan> Read(byte[] request)
    {
        foreach (var resource in Wire.Fields(request).Where(field => field.Number == 1))
        {
            var fields = Wire.Fields(resource.Bytes).ToList();
            var about = Tags(fields.Where(field => field.Number == 1).SelectMany(field => Wire.Fields(field.Bytes)), 1);
            foreach (var scope in fields.Where(field => field.Number == 2))
            foreach (var span in Wire.Fields(scope.Bytes).Where(field => field.Number == 2))
            {
                var parts = Wire.Fields(span.Bytes).ToList();
                yield return new ReceivedSpan(
                    Id(parts, 1),
                    Id(parts, 2),
                    Id(parts, 4),
                    Encoding.UTF8.GetString(parts.First(part => part.Number == 5).Bytes.Span),
                    about.GetValueOrDefault("anteroom.role", ""),
                    Tags(parts, 9)
                );
            }
        }
    }

    private static string Id(IEnumerable<WireField> parts, int number) =>
        Convert.ToHexStringLower(parts.FirstOrDefault(part => part.Number == number).Bytes.Span);

    private static Dictionary<string, string> Tags(IEnumerable<WireField> fields, int number)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in fields.Where(field => field.Number == number))
        {
            var parts = Wire.Fields(tag.Bytes).ToList();
            var value = Wire.Fields(parts.First(part => part.Number == 2).Bytes).First();
            tags[Encoding.UTF8.GetString(parts.First(part => part.Number == 1).Bytes.Span)] =
                value.Number == 1
                    ? Encoding.UTF8.GetString(value.Bytes.Span)
                    : value.Value.ToString(CultureInfo.InvariantCulture);
        }

        return tags;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A field of a protobuf message: a number, or bytes.</summary>
public readonly record struct WireField(int Number, ulong Value, ReadOnlyMemory<byte> Bytes);

/// <summary>The wire format of protobuf, as much as it takes to read OTLP.</summary>
public static class Wire
{
    public static IEnumerable<WireField> Fields(ReadOnlyMemory<byte> message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Number(message, ref at);
            var field = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return new(field, Number(message, ref at), default);
                    break;
                case 1:
                    yield return new(field, BitConverter.ToUInt64(message.Span[at..]), default);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Number(message, ref at);
                    yield return new(field, 0, message.Slice(at, length));
                    at += length;
                    break;
                default:
                    yield return new(field, BitConverter.ToUInt32(message.Span[at..]), default);
                    at += 4;
                    break;
            }
        }
    }

    private static ulong Number(ReadOnlyMemory<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message.Span[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
