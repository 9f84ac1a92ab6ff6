using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Mail;

/// <summary>How the mail server of a test shall be; the words are explained in tests/servers/smtp.mjs.</summary>
public sealed record SmtpServerSettings
{
    /// <summary><c>none</c>, <c>starttls</c> or <c>implicit</c>, with a self-signed certificate made for it.</summary>
    public string Tls { get; init; } = "none";

    /// <summary>Set: signing in is required.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>The OAuth token for XOAUTH2.</summary>
    public string? Token { get; init; }

    /// <summary>The mechanisms offered; null for PLAIN, LOGIN and XOAUTH2.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Lets a client sign in without TLS.</summary>
    public bool InsecureAuth { get; init; }

    /// <summary>Extensions not offered.</summary>
    public IReadOnlyList<string>? Hide { get; init; }

    /// <summary>The largest message, in bytes.</summary>
    public int? Size { get; init; }

    /// <summary>Milliseconds before a message is begun.</summary>
    public int? Slow { get; init; }

    public IReadOnlyList<SmtpRefusal>? Refuse { get; init; }
}

/// <summary>What the server refuses: addresses that match, always or the first few times.</summary>
public sealed record SmtpRefusal(string Step, string Pattern, int Code, string Message, int? Times = null)
{
    public static SmtpRefusal Recipient(string pattern) => new("recipient", pattern, 550, "5.1.1 no such user");

    public static SmtpRefusal RecipientForNow(string pattern, int times) =>
        new("recipient", pattern, 451, "4.3.0 try again later", times);
}

public sealed record ReceivedMailbox(string Address, string Name);

public sealed record ReceivedHeader(string Key, string Line);

/// <summary>A message as an independent parser (npm mailparser) reads it.</summary>
public sealed record ReceivedMail(
    string? MessageId,
    DateTimeOffset? Date,
    IReadOnlyList<ReceivedMailbox> From,
    IReadOnlyList<ReceivedMailbox> To,
    IReadOnlyList<ReceivedMailbox> ReplyTo,
    string Subject,
    string Text,
    string Html,
    IReadOnlyList<ReceivedHeader> Headers,
    byte[] Raw,
    string? EnvelopeFrom,
    IReadOnlyList<string>? EnvelopeTo,
    bool SmtpUtf8,
    string? User,
    bool Tls
);

public sealed record SmtpServerState(int Connections, int SignIns, int Mails);

/// <summary>
/// A real mail server (npm smtp-server) on 127.0.0.1, a child process that ends with this object, or with this process.
/// </summary>
public sealed class SmtpServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Process _process;
    private readonly DirectoryInfo _certificates;
    private readonly HttpClient _http;

    private SmtpServer(Process process, DirectoryInfo certificates, Ready ready)
    {
        _process = process;
        _certificates = certificates;
        Port = ready.Port;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ready.Http}/"), Timeout = Patience };
    }

    private sealed record Ready(int Port, int Http);

    /// <summary>Always 127.0.0.1.</summary>
    public string Host => "127.0.0.1";

    /// <summary>Stays the same over <see cref="GoDownAsync"/> and <see cref="ComeUpAsync"/>.</summary>
    public int Port { get; }

    public static async Task<SmtpServer> StartAsync(
        SmtpServerSettings? settings = null,
        CancellationToken cancellation = default
    )
    {
        var folderForKeys = Directory.CreateTempSubdirectory("anteroom-smtp-");
        var all = JsonSerializer.SerializeToNode(settings ?? new SmtpServerSettings(), Json)!.AsObject();
        if (settings?.Tls is "starttls" or "implicit")
        {
            (all["key"], all["cert"]) = WriteCertificate(folderForKeys.FullName);
        }

        var node = await NodeScript.StartAsync("smtp.mjs", [all.ToJsonString()], cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var line = await node.StandardOutput.ReadLineAsync(limit.Token);
        if (line is null)
            throw new InvalidOperationException(
                $"smtp.mjs did not start: {await node.StandardError.ReadToEndAsync(limit.Token)}"
            );
        node.BeginErrorReadLine();
        return new SmtpServer(node, folderForKeys, JsonSerializer.Deserialize<Ready>(line, Json)!);
    }

    /// <summary>What has come in so far, oldest first.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> MailsAsync(CancellationToken cancellation = default) =>
        (await _http.GetFromJsonAsync<List<ReceivedMail>>("mails", Json, cancellation))!;

    /// <summary>Waits until at least so many messages have come in; generous, because it returns as soon as they have.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForMailsAsync(
        int count,
        CancellationToken cancellation = default
    )
    {
        var waited = Stopwatch.StartNew();
        SmtpServerState state;
        while ((state = await StateAsync(cancellation)).Mails < count)
        {
            if (waited.Elapsed > Patience)
                throw new TimeoutException($"{state.Mails} of {count} messages came in.");
            await Task.Delay(TimeSpan.FromMilliseconds(25), cancellation);
        }

        return await MailsAsync(cancellation);
    }

    /// <summary>Counters since the start.</summary>
    public async Task<SmtpServerState> StateAsync(CancellationToken cancellation = default) =>
        (await _http.GetFromJsonAsync<SmtpServerState>("state", Json, cancellation))!;

    /// <summary>Forgets what has come in.</summary>
    public Task ForgetMailsAsync(CancellationToken cancellation = default) =>
        DoneAsync(_http.DeleteAsync(new Uri("mails", UriKind.Relative), cancellation));

    /// <summary>From now on refuses this, instead of what it refused before.</summary>
    public Task RefuseAsync(IReadOnlyList<SmtpRefusal> refusals, CancellationToken cancellation = default) =>
        DoneAsync(_http.PutAsJsonAsync("refuse", refusals, Json, cancellation));

    /// <summary>Drops all connections and takes none.</summary>
    public Task GoDownAsync(CancellationToken cancellation = default) =>
        DoneAsync(_http.PostAsync(new Uri("down", UriKind.Relative), null, cancellation));

    /// <summary>Takes connections again.</summary>
    public Task ComeUpAsync(CancellationToken cancellation = default) =>
        DoneAsync(_http.PostAsync(new Uri("up", UriKind.Relative), null, cancellation));

    /// <summary>Reads a message as if it had been received.</summary>
    public async Task<ReceivedMail> ParseAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation = default)
    {
        using var content = new ReadOnlyMemoryContent(message);
        using var response = await _http.PostAsync(new Uri("parse", UriKind.Relative), content, cancellation);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<ReceivedMail>(Json, cancellation))!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _certificates.Delete(recursive: true);
    }

    private static async Task DoneAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        response.EnsureSuccessStatusCode();
    }

    private static (string Key, string Certificate) WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));
        var (keyFile, certificateFile) = (Path.Combine(folder, "key.pem"), Path.Combine(folder, "cert.pem"));
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        return (keyFile, certificateFile);
    }
}
