using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>Open pages that hear of changes (server-sent events), and how long after a move was sent they do.</summary>
internal sealed class LivePages(AppProcess app, string cookie)
{
    private readonly ConcurrentDictionary<long, long> _sent = new();
    private readonly ConcurrentBag<double> _milliseconds = [];

    /// <summary>Milliseconds from the request to the event, sorted.</summary>
    public double[] Milliseconds => [.. _milliseconds.Order()];

    /// <summary>A lead is about to be moved.</summary>
    public void Moving(long lead) => _sent[lead] = Stopwatch.GetTimestamp();

    /// <summary>Keeps so many open until it is stopped.</summary>
    public Task ListenAsync(int pages, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, pages).Select(_ => ListenAsync(stop)));

    private async Task ListenAsync(CancellationToken stop)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{app.Address}/live");
        var parts = cookie.Split(": ", 2);
        request.Headers.Add(parts[0], parts[1]);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.Content.Headers.ContentType?.MediaType != "text/event-stream")
                throw new BenchmarkException($"/live was answered with {answer.StatusCode}.");
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (!line.StartsWith("data: ", StringComparison.Ordinal))
                    continue;
                foreach (var number in line[6..].Split(','))
                {
                    if (
                        long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var lead)
                        && _sent.TryGetValue(lead, out var sent)
                    )
                        _milliseconds.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
    }
}
