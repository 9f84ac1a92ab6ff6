using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Anteroom.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Firm))]

namespace Anteroom.Browser;

/// <summary>A firm with two people, its prospects, and one Chromium for all tests. Every visit is a browser of its own, without cookies.</summary>
public sealed class Firm : IAsyncLifetime
{
    public const string Maria = "maria";
    public const string Daniel = "daniel";

    private const string Desktop = "/usr/bin/chromium";
    private const string Shell = "/usr/bin/chromium-headless-shell";

    private IPlaywright? _playwright;
    private AppProcess? _app;

    /// <summary>
    /// Chromium: the one that <c>CHROMIUM</c> names, or Debian's; rather that without a window's frame, which costs half as much time.
    /// </summary>
    public IBrowser Chromium { get; private set; } = null!;

    public string Address => _app!.Address;

    public async ValueTask InitializeAsync()
    {
        _app = await AppProcess.StartAsync([(Maria, "Maria Lopez"), (Daniel, "Daniel Okafor")]);
        _playwright = await Playwright.CreateAsync();
        // Machines are noisy: what is true soon on most may take a while.
        Assertions.SetDefaultExpectTimeout(30_000);
        Chromium = await LaunchAsync(Environment.GetEnvironmentVariable("CHROMIUM") ?? Quickest());
    }

    /// <summary>A Chromium that shows PDF files, which the one for all tests may not.</summary>
    public Task<IBrowser> LaunchWithPdfAsync() =>
        LaunchAsync(Environment.GetEnvironmentVariable("CHROMIUM") ?? Desktop);

    private Task<IBrowser> LaunchAsync(string executable) =>
        _playwright!.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = executable,
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ],
            }
        );

    private static string Quickest() => File.Exists(Shell) ? Shell : Desktop;

    /// <summary>A fresh browser window, open until the test ends.</summary>
    public async Task<IPage> VisitAsync(
        string path,
        bool javaScript = true,
        ColorScheme scheme = ColorScheme.Light,
        int width = 1280,
        string? address = null,
        IBrowser? browser = null
    )
    {
        var context = await (browser ?? Chromium).NewContextAsync(
            new()
            {
                BaseURL = address ?? Address,
                JavaScriptEnabled = javaScript,
                ColorScheme = scheme,
                ReducedMotion = ReducedMotion.Reduce,
                ViewportSize = new() { Width = width, Height = width < 600 ? 844 : 860 },
                Locale = "en-US",
                TimezoneId = "UTC",
            }
        );
        WindowsAttribute.Opened(context);
        context.SetDefaultTimeout(40_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>A fresh browser window of somebody who has signed in and is on <paramref name="path"/>.</summary>
    public async Task<IPage> SignedInAsync(
        string userName,
        string path = "/leads",
        bool javaScript = true,
        ColorScheme scheme = ColorScheme.Light,
        int width = 1280,
        string? address = null,
        IBrowser? browser = null
    )
    {
        var page = await VisitAsync(path, javaScript, scheme, width, address, browser);
        await page.GetByLabel("User name or email").FillAsync(userName);
        await page.GetByLabel("Password").FillAsync(AppProcess.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.WaitForURLAsync($"**{path}");
        return page;
    }

    /// <summary>From now on <paramref name="page"/> shows what it shows, as if its line were slow.</summary>
    public static Task WithoutNewsAsync(IPage page) =>
        page.EvaluateAsync(
            "document.querySelectorAll('[data-live]').forEach((region) => region.removeAttribute('data-live'))"
        );

    /// <summary>A prospect sends the form, without a browser; the number that the thanks page shows.</summary>
    public async Task<long> ProspectAsync(
        string first,
        string last,
        string email,
        string message = "Please call me.",
        string? address = null,
        byte[]? resume = null,
        string reader = Maria
    )
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(address ?? Address) };
        using var file = new ByteArrayContent(resume ?? SampleFiles.Pdf());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var form = new MultipartFormDataContent
        {
            { new StringContent(first), "first_name" },
            { new StringContent(last), "last_name" },
            { new StringContent(email), "email" },
            { new StringContent(message), "message" },
            { file, "resume", "resume.pdf" },
        };
        using var response = await http.PostAsync("/", form);
        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        return await NumberOfAsync(response.Headers.Location!.OriginalString["/thanks/".Length..], reader, http);
    }

    /// <summary>The number of the lead with a code, which prospects are not told.</summary>
    private static async Task<long> NumberOfAsync(string code, string reader, HttpClient http)
    {
        using var signIn = new FormUrlEncodedContent(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["username"] = reader,
                ["password"] = AppProcess.Password,
            }
        );
        using var signedIn = await http.PostAsync("/api/v1/auth/token", signIn);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/leads?q={code}");
        request.Headers.Authorization = new("Bearer", await TextAsync(signedIn, "access_token"));
        using var found = await http.SendAsync(request);
        using var page = JsonDocument.Parse(await found.Content.ReadAsStringAsync());
        return page.RootElement.GetProperty("items")[0].GetProperty("number").GetInt64();
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer, string name)
    {
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty(name).GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        if (Chromium is not null)
            await Chromium.DisposeAsync();
        _playwright?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }
}
