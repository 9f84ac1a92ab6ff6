using Anteroom.Admin;
using Anteroom.Firm;
using Anteroom.Host;
using Anteroom.Live;
using Anteroom.Mail;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.App;

/// <summary>What an app is started with.</summary>
internal sealed record AppSettings(string Role, IReadOnlyList<KeyValuePair<string, string?>> Keys)
{
    /// <summary>Apps with the same are as good as each other.</summary>
    public string Kind =>
        string.Join('\n', Keys.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => $"{key}").Prepend(Role));
}

/// <summary>One app of the tests, from its start to its end, with what it stands on.</summary>
internal sealed class RunningApp : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Installation _installation;
    private readonly WebApplication _app;
    private readonly RequestsInWork _requests;
    private readonly TestDatabases? _own; // whose database goes away with the app

    private RunningApp(
        TemporaryFolder folder,
        Installation installation,
        WebApplication app,
        RequestsInWork requests,
        TestDatabases? own
    ) => (_folder, _installation, _app, _requests, _own) = (folder, installation, app, requests, own);

    public Uri Address => new(_installation.Address + "/");

    public required NpgsqlDataSource Database { get; init; }

    public required DatabaseProxy? Proxy { get; init; }

    public string Folder => _folder.Path;

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningApp> StartAsync(
        AppSettings settings,
        string database,
        DatabaseProxy? proxy,
        Action<IServiceCollection>? adjust,
        TestDatabases? own = null
    )
    {
        var folder = new TemporaryFolder();
        var all = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
        {
            ["ConnectionStrings:Anteroom"] = proxy?.ConnectionString ?? database,
            ["Logging:LogLevel:Default"] = "Warning",
            ["Mail:Sweep"] = "00:00:01",
            // A test's clock jumps by minutes, and no lease is to run out by that. Processes of their own have the leases of every day.
            ["Mail:Lease"] = "00:05:00",
            ["Work:Lease"] = "00:05:00",
            ["RateLimits:Enabled"] = "false",
            ["Conversion:Enabled"] = "false", // as are these programs
            ["Reading:Enabled"] = "false", // a process for each app, which few tests look at
            ["Node:WarmUp"] = "false", // its first pages are the tests'
        };
        foreach (var (key, value) in settings.Keys)
            all[key] = value;
        var installation = await Installation.OpenAsync(
            new CommandLine
            {
                Data = folder.Path,
                Port = 0,
                Role = settings.Role,
            },
            all,
            CancellationToken.None
        );
        var requests = new RequestsInWork();
        var app = global::Anteroom.App.Build(
            installation,
            services =>
            {
                // Hashing a password is slow on purpose; hundreds of tests need it to work, not to be slow.
                services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
                services.AddSingleton<IStartupFilter>(requests);
                adjust?.Invoke(services);
            }
        );
        await app.StartAsync();
        return new RunningApp(folder, installation, app, requests, own)
        {
            Database = NpgsqlDataSource.Create(database),
            Proxy = proxy,
        };
    }

    /// <summary>Makes it as empty as a new one; false when it cannot be.</summary>
    public async Task<bool> ResetAsync()
    {
        // Somebody who hung up leaves a request that still writes; a timetable that was opened stays so in memory.
        if (
            !await _requests.EndAsync()
            || await Database.ValueAsync<bool>("select exists (select from quartz.qrtz_job_details)")
        )
            return false;
        await _own!.ResetAsync(Database);
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
            File.Delete(file);
        // As after a change by another node.
        await Services.GetRequiredService<KeepSettings>().RefreshAsync(CancellationToken.None);
        await Services.GetRequiredService<OwnTemplates>().RefreshAsync(CancellationToken.None);
        await Services.GetRequiredService<KnowAttention>().RefreshAsync(CancellationToken.None);
        Services.GetRequiredService<Changes>().PublishEverything();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _installation.DisposeAsync();
        await Database.DisposeAsync();
        if (Proxy is not null)
            await Proxy.DisposeAsync();
        if (_own is not null)
            await _own.DropAsync(Database.ConnectionString);
        await _folder.DisposeAsync();
    }

    /// <summary>Counts the requests that are being answered.</summary>
    private sealed class RequestsInWork : IStartupFilter
    {
        private int _count;

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(CountAsync);
                next(app);
            };

        /// <summary>Waits until there is none; false when one takes too long.</summary>
        public async Task<bool> EndAsync()
        {
            for (var waited = 0; Volatile.Read(ref _count) > 0; waited++)
            {
                if (waited == 200)
                    return false;
                await Task.Delay(10);
            }

            return true;
        }

        private async Task CountAsync(HttpContext context, RequestDelegate next)
        {
            Interlocked.Increment(ref _count);
            try
            {
                await next(context);
            }
            finally
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }
}
