using System.Runtime.InteropServices;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Host;
using Microsoft.Extensions.Options;

namespace Anteroom;

/// <summary>The commands of <c>./run</c>. Each returns the exit code.</summary>
internal static class Commands
{
    /// <summary>The exit code of <c>migrate --check</c> when there is something to do.</summary>
    private const int MigrationsPending = 3;

    /// <summary>Starts the product and serves until it is stopped.</summary>
    public static async Task<int> StartAsync(CommandLine line)
    {
        using var stop = new StopSignals();
        using var previous = line.TakeOver ? await TakeOver.BeginAsync(line, stop.Token) : null;
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        foreach (var socket in previous?.Sockets ?? [])
            installation.Sockets.Give(socket);
        await using var app = App.Build(installation);
        CheckSettings(app.Services);
        await MigrateAsync(app.Services, stop.Token);
        var setupToken = await FirstAdministrator.EnsureAsync(app.Services, stop.Token);
        try
        {
            await app.StartAsync(stop.Token);
        }
        catch (IOException error)
        {
            throw new CannotStartException(
                $"Port {installation.Port} is not available: {error.InnerException?.Message ?? error.Message} Choose another with --port.",
                error
            );
        }

        previous?.Stop(); // on a database server both have served until here
        Greeting.Print(installation, setupToken);
        await using (stop.Token.Register(app.Lifetime.StopApplication))
            await app.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>Brings the database to this version's schema.</summary>
    public static async Task<int> MigrateAsync(CommandLine line)
    {
        using var stop = new StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        if (line.Check)
            return await CheckSchemaAsync(installation, stop.Token);
        await using var app = App.Build(installation);
        var applied = await MigrateAsync(app.Services, stop.Token);
        Console.WriteLine(
            applied.Count == 0 ? "The database is up to date." : $"Applied {string.Join(", ", applied)}."
        );
        return 0;
    }

    /// <summary>Says what a migration would do: exit code 0 when that is nothing, else <see cref="MigrationsPending"/>.</summary>
    private static async Task<int> CheckSchemaAsync(Installation installation, CancellationToken cancellation)
    {
        if (installation.ConnectionString.Length == 0)
        {
            Console.WriteLine(
                $"There is no database in {installation.Data.Path} yet. A start makes it, in this version's schema."
            );
            return MigrationsPending;
        }

        await using var app = App.Build(installation);
        await using var scope = app.Services.CreateAsyncScope();
        var pending = await scope.ServiceProvider.GetRequiredService<MigrateDatabase>().PendingAsync(cancellation);
        Console.WriteLine(
            pending.Count == 0
                ? "The database is up to date."
                : $"""
                A start or ./run migrate applies {pending.Count}: {string.Join(", ", pending)}.
                The version before works on the new schema, so nodes can be updated one after the other. Nothing was changed.
                """
        );
        return pending.Count == 0 ? 0 : MigrationsPending;
    }

    /// <summary>Makes a new key that signs JWTs.</summary>
    public static async Task<int> RotateKeysAsync(CommandLine line)
    {
        using var stop = new StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        CheckSettings(app.Services);
        await MigrateAsync(app.Services, stop.Token);
        await using var scope = app.Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<RotateKeys>().RunAsync(stop.Token);
        if (result is not RotateKeysResult.Rotated rotated)
            throw new CannotStartException(
                "Keys are derived from SECRET_KEY (Accounts:SecretKey). Set a new one there, move the current one to SECRET_KEY_FALLBACKS, and restart every node."
            );

        Console.WriteLine(
            $"Key {rotated.Id} signs from now on; running nodes pick it up within a minute. Older keys are valid until {rotated.OldVerifyUntil.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}."
        );
        return 0;
    }

    /// <summary>Fills the data folder with made-up leads.</summary>
    public static async Task<int> DemoAsync(CommandLine line)
    {
        using var stop = new StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        var clock = new SampleClock();
        await using var app = App.Build(installation, services => services.AddSingleton<TimeProvider>(clock));
        await MigrateAsync(app.Services, stop.Token);
        await using var scope = app.Services.CreateAsyncScope();
        var made = await ActivatorUtilities
            .CreateInstance<SampleLeads>(
                scope.ServiceProvider,
                clock,
                ActivatorUtilities.CreateInstance<SampleSubmissions>(scope.ServiceProvider)
            )
            .RunAsync(line.Count, stop.Token);
        Console.WriteLine($"Made {made} demo leads in {installation.Data.Path}. Run ./run and sign in to see them.");
        return 0;
    }

    /// <summary>Checks every setting before any is used.</summary>
    internal static void CheckSettings(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException error)
        {
            throw Refused(string.Join(Environment.NewLine, error.Failures), error);
        }
        catch (AggregateException errors)
        {
            throw Refused(
                string.Join(
                    Environment.NewLine,
                    errors.InnerExceptions.Select(error => error.Message).Distinct(StringComparer.Ordinal)
                ),
                errors
            );
        }
        catch (InvalidOperationException error)
            when (error.Message.Contains("configuration value", StringComparison.Ordinal))
        {
            // The binder's own sentence names the value and the key.
            throw Refused(error.Message, error);
        }

        CannotStartException Refused(string message, Exception error) =>
            new(services.GetService<Installation>()?.InTheirWords(message) ?? message, error);
    }

    /// <summary>Migrates in a scope of its own.</summary>
    internal static async Task<IReadOnlyList<string>> MigrateAsync(
        IServiceProvider services,
        CancellationToken cancellation
    )
    {
        await using var scope = services.CreateAsyncScope();
        var applied = await scope.ServiceProvider.GetRequiredService<MigrateDatabase>().RunAsync(cancellation);
        // Commands go by the firm's settings as the product does; it reads them again at its start.
        await services.GetRequiredService<KeepSettings>().RefreshAsync(cancellation);
        return applied;
    }

    /// <summary>Ctrl-C, SIGTERM and a closed terminal, also before the app is up: then the start is given up cleanly.</summary>
    internal sealed class StopSignals : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private readonly List<PosixSignalRegistration> _registrations = [];

        public StopSignals()
        {
            foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
                _registrations.Add(
                    PosixSignalRegistration.Create(
                        signal,
                        context =>
                        {
                            context.Cancel = true;
                            _source.Cancel();
                        }
                    )
                );
        }

        public CancellationToken Token => _source.Token;

        public void Dispose()
        {
            _registrations.ForEach(registration => registration.Dispose());
            _source.Dispose();
        }
    }
}
