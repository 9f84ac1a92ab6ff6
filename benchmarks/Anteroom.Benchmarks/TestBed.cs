using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>What every benchmark stands on: a temporary folder on a disk, the published app, a PostgreSQL server and a mail server.</summary>
internal sealed class TestBed : IAsyncDisposable
{
    private readonly WorkFolder _work;
    private readonly Child _sink;

    private TestBed(WorkFolder work, string app, ThrowAwayPostgres postgres, Child sink, int mailPort)
    {
        (_work, App, Postgres, _sink, MailPort) = (work, app, postgres, sink, mailPort);
        Machine = Benchmarks.Machine.Describe(work.Path);
    }

    public string Folder => _work.Path;

    /// <summary>The published app's folder.</summary>
    public string App { get; }

    public ThrowAwayPostgres Postgres { get; }

    /// <summary>The process of the mail server.</summary>
    public int Sink => _sink.Id;

    public int MailPort { get; }

    /// <summary>Where the figures come from.</summary>
    public string Machine { get; }

    public static async Task<TestBed> StartAsync(
        Options options,
        CancellationToken cancellation,
        params string[] serverSettings
    )
    {
        var build = Path.GetFullPath(".build");
        var work = WorkFolder.Create(build, options.Keep);
        try
        {
            Console.WriteLine(Benchmarks.Machine.Describe(work.Path));
            var (sink, port) = await MailSink.StartAsync(work.Path, cancellation);
            try
            {
                var postgres = await ThrowAwayPostgres.StartAsync(
                    work.Path,
                    options.Postgres,
                    cancellation,
                    serverSettings
                );
                return new TestBed(work, options.App ?? Path.Combine(build, "bench-app"), postgres, sink, port);
            }
            catch
            {
                await sink.DisposeAsync();
                throw;
            }
        }
        catch
        {
            work.Dispose();
            throw;
        }
    }

    /// <summary>A folder below the temporary one.</summary>
    public string FolderFor(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    /// <summary>Creates a database with the app's schema, so many leads and so many attorneys who take new ones.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken cancellation, int leads = 0, int attorneys = 0)
    {
        await Postgres.CreateDatabaseAsync(name, cancellation);
        await AppProcess.MigrateAsync(App, FolderFor(name), Postgres, name, cancellation);
        if (leads > 0)
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"Filling a database with {leads:N0} leads …")
            );
            await LeadRows.FillAsync(Postgres.ConnectionString(name), leads, cancellation);
            // The rows name resumes that there are not: without this file, the app takes the folder for another and keeps nothing in it.
            var resumes = Path.Combine(FolderFor(name), "data", "resumes");
            Directory.CreateDirectory(resumes);
            await File.WriteAllTextAsync(Path.Combine(resumes, ".anteroom-resumes"), "", cancellation);
        }
        await Attorneys.AddAsync(Postgres.ConnectionString(name), attorneys, cancellation);
    }

    /// <summary>
    /// Starts the app as a firm runs it: new leads are assigned, emails go to the mail server. Only the welcome, four minutes after a
    /// submission, waits: it would come in the middle of a later measurement.
    /// </summary>
    public Task<AppProcess> StartAppAsync(string database, CancellationToken cancellation, string role = "all") =>
        AppProcess.StartAsync(
            App,
            FolderFor(database),
            Postgres,
            database,
            role,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Mail__Host"] = "127.0.0.1",
                ["Mail__Port"] = MailPort.ToString(CultureInfo.InvariantCulture),
                ["Outreach__Assign"] = "true",
                ["Outreach__After"] = "1.00:00:00",
            },
            cancellation
        );

    /// <summary>How many messages the mail server has taken.</summary>
    public Task<long> MailsAsync(CancellationToken cancellation) => MailSink.CountAsync(MailPort, cancellation);

    /// <summary>Prints a result and writes it to <c>benchmarks/results</c>.</summary>
    public static async Task PublishAsync(string file, string text, CancellationToken cancellation)
    {
        Console.WriteLine();
        Console.Write(text);
        Directory.CreateDirectory("benchmarks/results");
        await File.WriteAllTextAsync(Path.Combine("benchmarks/results", file), text, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Postgres.DisposeAsync();
        await _sink.DisposeAsync();
        _work.Dispose();
    }
}
