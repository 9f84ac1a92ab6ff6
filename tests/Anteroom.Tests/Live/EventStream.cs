using System.Net;
using System.Net.ServerSentEvents;

namespace Anteroom.Tests.Live;

/// <summary>A browser's line to <c>/live</c>.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventStream(HttpResponseMessage answer, Stream content)
    {
        _answer = answer;
        _events = SseParser.Create(content).EnumerateAsync().GetAsyncEnumerator();
    }

    /// <summary>The answer's headers.</summary>
    public HttpResponseMessage Answer => _answer;

    /// <summary>Listens; the greeting has been read.</summary>
    public static async Task<EventStream> OpenAsync(HttpClient client, string? since = null, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(since is null ? "/live" : $"/live?since={Uri.EscapeDataString(since)}", UriKind.Relative)
        );
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var stream = new EventStream(answer, await answer.Content.ReadAsStreamAsync());
        var hello = await stream.NextAsync();
        Assert.Equal("hello", hello?.EventType);
        stream.LastId = hello!.Value.EventId;
        return stream;
    }

    /// <summary>What the server says the last event was.</summary>
    public string? LastId { get; private set; }

    /// <summary>How long a browser waits when the stream has ended.</summary>
    public TimeSpan? ComeBackAfter { get; private set; }

    /// <summary>The next event; null when the server has ended the stream.</summary>
    public async Task<SseItem<string>?> NextAsync()
    {
        try
        {
            if (!await _events.MoveNextAsync().AsTask().WaitAsync(Patience))
                return null;
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            return null;
        }

        LastId = _events.Current.EventId ?? LastId;
        ComeBackAfter = _events.Current.ReconnectionInterval ?? ComeBackAfter;
        return _events.Current;
    }

    /// <summary>Reads on until a lead with this number has changed.</summary>
    public async Task HearsAsync(long number)
    {
        while (true)
        {
            var next = await NextAsync();
            Assert.True(next is not null, $"The stream ended before lead {number} changed.");
            if (next.Value.EventType == "changed" && next.Value.Data.Split(',').Contains($"{number}"))
                return;
        }
    }

    /// <summary>Reads on until the server ends the stream.</summary>
    public async Task EndsAsync()
    {
        while (await NextAsync() is not null) { }
    }

    public async ValueTask DisposeAsync()
    {
        _answer.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // still waiting when the test ends
        }
    }
}
