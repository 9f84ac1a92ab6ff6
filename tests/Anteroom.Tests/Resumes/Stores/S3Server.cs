using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes.Stores;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>
/// A real S3 server (npm s3rver) on 127.0.0.1, for all tests, started by the first that wants a bucket: a child process that ends with
/// this object, or with this process.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("anteroom-s3-");
    private readonly SemaphoreSlim _starting = new(1, 1);
    private Process? _process;
    private HttpClient _http = null!;

    private sealed record Ready(int Port, int Http);

    private Uri _endpoint = null!;

    /// <summary>A new bucket, as settings of the product.</summary>
    public async Task<IDictionary<string, string?>> NewBucketAsync()
    {
        var name = $"bucket-{Guid.NewGuid():N}";
        await EnsureStartedAsync();
        using var content = new StringContent(name);
        await DoneAsync(_http.PutAsync(new Uri("buckets", UriKind.Relative), content));
        return new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Resumes:Store"] = "s3",
            ["Bucket:Name"] = name,
            ["Bucket:Endpoint"] = _endpoint.ToString(),
            ["Bucket:AccessKey"] = "S3RVER",
            ["Bucket:SecretKey"] = "S3RVER",
        };
    }

    /// <summary>The names of the files in a bucket, and of uploads that were never finished; without our own mark.</summary>
    public string[] Files(string bucket)
    {
        var folder = Path.Combine(_folder.FullName, bucket);
        return
        [
            .. Directory
                .GetFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file =>
                    file.EndsWith("._S3rver_object", StringComparison.Ordinal)
                    || Path.GetFileName(file) is "key" && file.Contains("_uploads", StringComparison.Ordinal)
                )
                .Select(file =>
                    Path.GetRelativePath(folder, file).Replace("._S3rver_object", "", StringComparison.Ordinal)
                )
                .Where(file => Path.GetFileName(file) != ".anteroom-tried"),
        ];
    }

    /// <summary>Where the server keeps the bytes of a file.</summary>
    public string PathOf(string bucket, string key) => Path.Combine(_folder.FullName, bucket, key + "._S3rver_object");

    /// <summary>Where the server keeps when an upload in parts began.</summary>
    public string[] Uploads(string bucket) =>
        [
            .. Files(bucket)
                .Where(file => file.Contains("_uploads", StringComparison.Ordinal))
                .Select(file => Path.Combine(_folder.FullName, bucket, file)),
        ];

    /// <summary>
    /// From now on, requests to the bucket whose "METHOD url" matches are refused with the code, dropped, or get no answer, instead of what
    /// was before; <c>none</c> ends it.
    /// </summary>
    public Task MakeTroubleAsync(string bucket, string how, string pattern = ".", int code = 500, int times = -1) =>
        DoneAsync(
            _http.PutAsJsonAsync(
                "trouble",
                new
                {
                    bucket,
                    how,
                    pattern,
                    code,
                    times,
                },
                Json
            )
        );

    /// <summary>What was asked of the bucket since the last time.</summary>
    public async Task<string[]> RequestsAsync(string bucket) =>
        (await _http.GetFromJsonAsync<string[]>($"requests?{bucket}", Json))!;

    private async Task EnsureStartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_process is not null)
                return;
            var node = await NodeScript.StartAsync("s3.mjs", [_folder.FullName]);
            using var limit = new CancellationTokenSource(Patience);
            var line =
                await node.StandardOutput.ReadLineAsync(limit.Token)
                ?? throw new InvalidOperationException(
                    $"s3.mjs did not start: {await node.StandardError.ReadToEndAsync(limit.Token)}"
                );
            node.BeginErrorReadLine();
            var ready = JsonSerializer.Deserialize<Ready>(line, Json)!;
            _endpoint = new Uri($"http://127.0.0.1:{ready.Port}");
            _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ready.Http}/"), Timeout = Patience };
            _process = node;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _http.Dispose();
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _starting.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task DoneAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        response.EnsureSuccessStatusCode();
    }
}
