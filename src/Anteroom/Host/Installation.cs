using System.Diagnostics;
using Anteroom.Firm;
using Anteroom.Http;
using Anteroom.Postgres;
using Anteroom.Resumes;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Anteroom.Host;

/// <summary>
/// What the product runs on: its settings, its data folder and its database, the private one included. Disposing it stops
/// the private PostgreSQL and gives the data folder back, so it outlives the app.
/// </summary>
public sealed class Installation : IAsyncDisposable
{
    /// <summary>Where it listens unless told otherwise.</summary>
    internal const int UsualPort = 8000;

    /// <summary>Configuration key of the database server; without it, there is the private one.</summary>
    internal const string DatabaseKey = "ConnectionStrings:Anteroom";

    /// <summary>What is in flight is finished at a stop, and then the private database stops.</summary>
    private static readonly TimeSpan LongestHandOver = TimeSpan.FromMinutes(1);

    private readonly CommandLine _line;
    private readonly IReadOnlyDictionary<string, string?> _configuration;
    private IReadOnlyDictionary<string, string> _environment = new Dictionary<string, string>(StringComparer.Ordinal);
    private readonly DataFolder _data;

    // The database starts before the app and its logging, and stops after them.
    private readonly ILoggerFactory _log = LoggerFactory.Create(builder =>
        builder.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
    );
    private EmbeddedPostgres? _postgres;

    private Installation(CommandLine line, IReadOnlyDictionary<string, string?> configuration, DataFolder data)
    {
        (_line, _configuration, _data) = (line, configuration, data);
        // Chosen here, not by the web server, because links in emails need it.
        Port = line.Port is null or 0
            ? line.Port is null
                ? UsualPort
                : FreePort.Find()
            : line.Port.Value;
    }

    /// <summary>The port to listen on.</summary>
    public int Port { get; }

    /// <summary>The address people on this machine use, without a slash at the end.</summary>
    public string Address =>
        $"http://{(_line.Host is "127.0.0.1" or "0.0.0.0" or "::" or "[::]" ? "localhost" : _line.Host)}:{Port}";

    /// <summary>The address to listen on, as given.</summary>
    public string Host => _line.Host;

    /// <summary>What it listens on.</summary>
    public ListeningSockets Sockets { get; } = new();

    /// <summary>The folder that holds everything.</summary>
    public DataFolder Data => _data;

    /// <summary>For Npgsql; empty when nothing was to be created and there is no database yet.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>True: the database is the private one in the data folder.</summary>
    public bool IsEmbedded => _postgres is not null;

    /// <summary><c>web</c>, <c>worker</c> or <c>all</c>.</summary>
    public string Role => _line.Role;

    /// <summary>Pages and API are served.</summary>
    public bool ServesPages => _line.Role is "web" or "all";

    /// <summary>Mail is delivered, jobs run.</summary>
    public bool DoesBackgroundWork => _line.Role is "worker" or "all";

    /// <summary>The name that sets a configuration key in the environment: <c>Firm__Name</c>, or <c>ATTORNEY_EMAIL</c> where that is what was used.</summary>
    public string NameOf(string key) => EnvironmentSettings.NameOf(key, _environment);

    /// <summary>Settings of other systems that were found and are not used.</summary>
    public IReadOnlyList<string> IgnoredSettings { get; private init; } = [];

    /// <summary>Settings that nothing reads, with the ones that were probably meant.</summary>
    public IReadOnlyList<(string Name, string Meant)> Slips { get; private init; } = [];

    /// <summary>A message about settings with the names that the environment uses for them.</summary>
    public string InTheirWords(string message) => EnvironmentSettings.InTheirWords(message, _environment);

    /// <summary>Whether the environment or <c>.env</c> name a database server.</summary>
    internal static bool NamesServer() =>
        EnvironmentSettings
            .ToConfiguration(EnvironmentSettings.Read(Directory.GetCurrentDirectory()))
            .GetValueOrDefault(DatabaseKey)
            is { Length: > 0 };

    /// <summary>Reads the settings, takes the data folder and starts the private PostgreSQL unless a server is configured.</summary>
    /// <param name="line">What was typed.</param>
    /// <param name="overrides">Configuration keys that win over everything else; for tests.</param>
    /// <param name="cancellation">Gives up; what was started is stopped.</param>
    /// <exception cref="CannotStartException">Says what is wrong and what to do.</exception>
    public static async Task<Installation> OpenAsync(
        CommandLine line,
        IReadOnlyDictionary<string, string?>? overrides,
        CancellationToken cancellation
    )
    {
        var environment = EnvironmentSettings.Read(Directory.GetCurrentDirectory());
        var keys = new Dictionary<string, string?>(
            EnvironmentSettings.ToConfiguration(environment),
            StringComparer.OrdinalIgnoreCase
        );
        foreach (var (key, value) in overrides ?? new Dictionary<string, string?>(StringComparer.Ordinal))
            keys[key] = value;

        var installation = new Installation(line, keys, DataFolder.Open(line.Data, create: !line.Check))
        {
            IgnoredSettings = EnvironmentSettings.Ignored(environment),
            Slips = EnvironmentSettings.Slips(environment),
            _environment = environment,
        };
        try
        {
            // Files need no database.
            if (
                !(
                    line.Command is "backups" or "backup verify"
                    || line is { Command: "audit verify", File: not null } or { Command: "restore", At: not null }
                )
            )
                installation.ConnectionString = await installation.FindDatabaseAsync(cancellation);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    private async Task<string> FindDatabaseAsync(CancellationToken cancellation)
    {
        if (_configuration.GetValueOrDefault(DatabaseKey) is { Length: > 0 } server)
            return server;
        if (_line.Check && !EmbeddedPostgres.IsThere(_data))
            return "";

        // One process has a private database to itself; on a server any number may work side by side.
        try
        {
            await LockAsync(cancellation);
        }
        catch (CannotStartException)
            when ((
                    _line.Check
                    || _line.Command is "backup" or "move-files" or "doctor" or "audit verify" or "audit certificate"
                ) && EmbeddedPostgres.FindRunning(_data) is { } running
            )
        {
            // These change nothing that another process holds in memory, so they go along with the Anteroom that is running.
            return running;
        }

        var options = new EmbeddedPostgresOptions();
        new ConfigurationBuilder().AddInMemoryCollection(_configuration).Build().GetSection("Database").Bind(options);
        _postgres = await EmbeddedPostgres.StartAsync(
            _data,
            options,
            _log.CreateLogger<EmbeddedPostgres>(),
            cancellation
        );
        return _postgres.ConnectionString;
    }

    /// <summary>Takes the folder; from a process that hands over, as soon as it lets go.</summary>
    private async Task LockAsync(CancellationToken cancellation)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(5, cancellation))
            try
            {
                _data.Lock();
                return;
            }
            catch (CannotStartException) when (_line.TakeOver && since.Elapsed < LongestHandOver) { }
    }

    /// <summary>A builder for the app with these settings.</summary>
    public WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ApplicationName = "Anteroom", ContentRootPath = AppContext.BaseDirectory }
        );
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
            {
                ["Logging:LogLevel:Default"] = "Information",
                ["Logging:LogLevel:Microsoft"] = "Warning",
                ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
                ["Logging:LogLevel:Npgsql"] = "Warning",
                ["Logging:LogLevel:Quartz"] = "Warning",
                // What is wrong with a part is in the health page, in its alarm and in the line of an outage; not every five seconds.
                ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
                // A failed statement throws, and whoever catches it says so.
                ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Critical",
                // It overrides our caching headers with its own, and says so for each page.
                ["Logging:LogLevel:Microsoft.AspNetCore.Antiforgery"] = "Error",
                // Keys are in the database, which is as secret as the leads beside them.
                ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
                ["Resumes:Folder"] = _data.Resumes,
                ["Mail:PickupFolder"] = _data.Mail,
                ["Backup:Folder"] = _data.Backups,
                ["Firm:PublicUrl"] = Address,
                ["ListensOn"] = Host,
                // Styles and scripts as the build compressed them, which the framework skips for a build that was not published.
                ["ReloadStaticAssetsAtRuntime"] = "false",
            }
        );
        // What the firm sets on a page counts more than what comes with the product, and less than what is set outside.
        var stored = new StoredSettings();
        ((IConfigurationBuilder)builder.Configuration).Add(stored);
        builder.Services.AddSingleton(stored);
        builder.Configuration.AddInMemoryCollection(_configuration);
        // The framework's own reading of forwarded headers, which trusts everybody; ours is TrustedProxies.
        builder.Configuration["ForwardedHeaders_Enabled"] = "false";
        if (File.Exists(Path.Combine(AppContext.BaseDirectory, "Anteroom.staticwebassets.runtime.json")))
            builder.WebHost.UseStaticWebAssets(); // not published: assets lie where they were built
        if (_configuration.GetValueOrDefault("Logging:Json") is "true" or "True")
            builder.Logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        else
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd HH:mm:ss'Z' ";
            });
        builder.WebHost.UseUrls($"http://{(_line.Host == "127.0.0.1" ? "localhost" : _line.Host)}:{Port}");
        builder.WebHost.ConfigureKestrel(
            (context, kestrel) =>
            {
                var resumes = context.Configuration.GetSection("Resumes").Get<ResumeOptions>() ?? new ResumeOptions();
                kestrel.AddServerHeader = false;
                // A file that is too large is read away so that the prospect gets a sentence; but not without end.
                kestrel.Limits.MaxRequestBodySize = (resumes.MaxBytes * 2) + (1024 * 1024);
                kestrel.Limits.MinRequestBodyDataRate = new(resumes.SlowestUpload, resumes.SlowUploadGrace);
            }
        );
        // What is in flight is finished at a stop.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.Configure<SocketTransportOptions>(transport =>
            transport.CreateBoundListenSocket = Sockets.Bind
        );
        builder.Services.AddSingleton(Sockets);
        builder.Services.AddSingleton(this);
        if (OperatingSystem.IsLinux())
            builder.Services.AddHostedService<HandOver>();
        builder.Services.AddSingleton(_data);
        builder.Services.AddSingleton<NameOfSetting>(NameOf);
        return builder;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _data.Dispose();
        _log.Dispose();
    }
}
