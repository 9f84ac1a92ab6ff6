using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Anteroom.Faults;

/// <summary>How the product is asked from outside, by prospects, by programs and by monitoring.</summary>
internal sealed class Door : IDisposable
{
    private const int ResumeBytes = 4 * 1024;
    private static readonly byte[] Resume = SamplePdf.Create(ResumeBytes, "0").Pdf;

    private readonly HttpClient _client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5) }
    )
    {
        Timeout = TimeSpan.FromSeconds(40),
    };

    private long _serial;

    /// <summary>The codes of the leads whose submission was acknowledged.</summary>
    public ConcurrentBag<string> Acknowledged { get; } = [];

    /// <summary>Sends the form.</summary>
    /// <returns>The status; null when there was no answer.</returns>
    public async Task<HttpStatusCode?> SubmitAsync(IPEndPoint node, CancellationToken cancellation)
    {
        var serial = Interlocked.Increment(ref _serial);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Ada"), "first_name" },
            { new StringContent("Lovelace"), "last_name" },
            { new StringContent($"ada.{serial}@example.com"), "email" },
        };
        using var file = new ByteArrayContent(Resume);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        form.Add(file, "resume", "Ada Lovelace.pdf");
        try
        {
            using var answer = await _client.PostAsync(new Uri($"http://{node}/"), form, cancellation);
            if (answer.StatusCode == HttpStatusCode.SeeOther)
                Acknowledged.Add(answer.Headers.Location!.OriginalString.Split('/')[^1]);
            return answer.StatusCode;
        }
        catch (Exception error) when (IsNoAnswer(error, cancellation))
        {
            return null;
        }
    }

    /// <summary>Sends one form after the other until told that it is enough.</summary>
    /// <returns>How often each other status came than <c>303</c>; 0 for no answer.</returns>
    public async Task<IReadOnlyDictionary<int, int>> KeepSubmittingAsync(
        Func<int, IPEndPoint> node,
        TimeSpan pause,
        CancellationToken enough
    )
    {
        var others = new Dictionary<int, int>();
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            if (await SubmitAsync(node(i), CancellationToken.None) is var answer and not HttpStatusCode.SeeOther)
            {
                var status = answer is { } some ? (int)some : 0;
                others[status] = others.GetValueOrDefault(status) + 1;
            }

            await Task.Delay(pause, CancellationToken.None);
        }

        return others;
    }

    /// <summary>Asks for a page, or for how the product does.</summary>
    /// <returns>The status, 0 for no answer, and what it says.</returns>
    public async Task<(int Status, string Body)> GetAsync(
        IPEndPoint node,
        string path,
        CancellationToken cancellation,
        string? token = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{node}{path}"));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Token", token);
        try
        {
            using var answer = await _client.SendAsync(request, cancellation);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellation));
        }
        catch (Exception error) when (IsNoAnswer(error, cancellation))
        {
            return (0, error.Message);
        }
    }

    /// <summary>The time by a node's own clock.</summary>
    public async Task<DateTimeOffset?> ClockAsync(IPEndPoint node, CancellationToken cancellation)
    {
        using var answer = await _client.GetAsync(new Uri($"http://{node}/health/live"), cancellation);
        return answer.Headers.Date;
    }

    /// <summary>Waits until the health page finds nothing wrong and a submission is taken; how long that took.</summary>
    public Task<TimeSpan> IsWellAsync(AppProcess node, CancellationToken cancellation) =>
        UntilAsync(node.Address, HttpStatusCode.SeeOther, says => says.Status == 200, cancellation);

    /// <summary>Waits until the health page names what is wrong, and a submission is taken all the same.</summary>
    public Task<TimeSpan> IsDegradedAsync(AppProcess node, string part, string state, CancellationToken cancellation) =>
        UntilAsync(
            node.Address,
            HttpStatusCode.SeeOther,
            says => says.Status == 200 && IsNamed(says.Body, part, state),
            cancellation
        );

    /// <summary>Waits until the health page names what stops submissions, and one is refused.</summary>
    public Task<TimeSpan> IsUnhealthyAsync(
        AppProcess node,
        string part,
        string state,
        CancellationToken cancellation
    ) =>
        UntilAsync(
            node.Address,
            HttpStatusCode.ServiceUnavailable,
            says => says.Status == 503 && IsNamed(says.Body, part, state),
            cancellation
        );

    private static bool IsNamed(string body, string part, string state) =>
        body.Contains($"\"{part}\":\"{state}\"", StringComparison.Ordinal);

    private async Task<TimeSpan> UntilAsync(
        IPEndPoint node,
        HttpStatusCode submission,
        Func<(int Status, string Body), bool> health,
        CancellationToken cancellation
    )
    {
        for (var since = Stage.Clock(); ; await Task.Delay(50, cancellation))
        {
            var says = await GetAsync(node, "/health/", cancellation);
            var answered = health(says) ? await SubmitAsync(node, cancellation) : null;
            if (answered == submission)
                return since.Elapsed;
            Stage.MustBeSoon(since, $"Health says {says}, a submission is answered {answered}.");
        }
    }

    /// <summary>A token of the administrator for the API.</summary>
    public async Task<string> TokenAsync(IPEndPoint node, CancellationToken cancellation)
    {
        using var answer = await _client.PostAsJsonAsync(
            new Uri($"http://{node}/api/auth/login/"),
            new { username = AppProcess.Administrator, password = AppProcess.Password },
            cancellation
        );
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return said.GetProperty("token").GetString()!;
    }

    private static bool IsNoAnswer(Exception error, CancellationToken cancellation) =>
        error is HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested);

    public void Dispose() => _client.Dispose();
}
