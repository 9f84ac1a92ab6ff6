using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>What people and prospects do with one app at once, each kind at its pace.</summary>
internal sealed class WorkingDay
{
    private const int Pages = 5;

    private readonly TestBed _bed;
    private readonly string _connection;
    private readonly LivePages _live;
    private readonly IReadOnlyList<Kind> _kinds;

    private WorkingDay(TestBed bed, AppProcess app, ListClient client, string database, IReadOnlyList<LeadKey> leads)
    {
        (_bed, App, _connection) = (bed, app, bed.Postgres.ConnectionString(database));
        var (cookie, jwt) = (client.Header(Door.Page), client.Header(Door.Jwt));
        var serial = new Serial();
        _live = new LivePages(app, cookie);
        var moves = new Moves(leads, ["reached_out", "consultation", "retained"], jwt) { Moving = _live.Moving };
        SmallRequests Page(Func<string> path) => new SmallRequests(() => SmallRequests.Get(path(), cookie));
        string Lead() =>
            string.Create(CultureInfo.InvariantCulture, $"/leads/{leads[Random.Shared.Next(leads.Count)].Number}");
        _kinds =
        [
            new("submissions", 20, () => new SubmissionRequest(app.Address.ToString(), SubmissionRequest.Form, serial)),
            new("lists (page)", 15, () => Page(() => "/leads")),
            new("board (page)", 2, () => Page(() => "/board")),
            new("lists (API)", 15, () => new SmallRequests(() => SmallRequests.Get("/api/v1/leads?limit=50", jwt))),
            new("lead pages", 15, () => Page(Lead)),
            new("moves", 6, moves.ForClient),
            new("reports (a year)", 0.5, () => Page(() => "/reports?period=365d")),
        ];
        Milliseconds = _kinds
            .Select(kind => kind.Name)
            .Append(Events)
            .Append(Mail)
            .ToDictionary(name => name, _ => new List<double>(), StringComparer.Ordinal);
    }

    private const string Events = "live pages: move to event";
    private const string Mail = "emails: queued to sent";

    public AppProcess App { get; }

    /// <summary>What each kind took.</summary>
    public Dictionary<string, List<double>> Milliseconds { get; }

    public long Failures { get; private set; }

    /// <summary>The largest share of all processors that others kept busy in a round.</summary>
    public double Others { get; private set; }

    public static async Task<WorkingDay> PrepareAsync(
        TestBed bed,
        AppProcess app,
        ListClient client,
        string database,
        CancellationToken cancellation
    ) =>
        new(
            bed,
            app,
            client,
            database,
            await LeadKey.ReadAsync(
                bed.Postgres.ConnectionString(database),
                "status = 'registered' order by number desc limit 100000",
                cancellation
            )
        );

    public async Task RunAsync(TimeSpan duration, bool isCounted, CancellationToken cancellation)
    {
        var heard = _live.Milliseconds.Length;
        var start = DateTimeOffset.UtcNow;
        var before = CpuUse.Read([App.ProcessId], _bed);
        var clock = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pages = _live.ListenAsync(Pages, stop.Token);
        var load = new LoadGenerator(App.Address);
        var results = await Task.WhenAll(
            _kinds.Select(kind => load.RunAsync(kind.Requests, kind.Clients, duration, cancellation, kind.Pace))
        );
        await stop.CancelAsync();
        await pages;
        if (!isCounted)
            return;
        Others = Math.Max(Others, CpuUse.Read([App.ProcessId], _bed).Since(before).OthersShare(clock.Elapsed));
        foreach (var (kind, result) in _kinds.Zip(results))
        {
            Milliseconds[kind.Name].AddRange(result.Milliseconds);
            foreach (var (what, count) in result.Failures)
            {
                Failures += count;
                await Console.Error.WriteLineAsync($"WRONG: {kind.Name}: {count} × {what}");
            }
        }
        Milliseconds[Events].AddRange(_live.Milliseconds.Skip(heard));
        Milliseconds[Mail].AddRange(await MailsAsync(start, cancellation));
    }

    private async Task<List<double>> MailsAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(_connection);
        await using var command = database.CreateCommand(
            """
            select (extract(epoch from sent_at - created_at) * 1000)::double precision from emails
            where created_at >= $1 and sent_at is not null
            """
        );
        command.Parameters.AddWithValue(since);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var milliseconds = new List<double>();
        while (await reader.ReadAsync(cancellation))
            milliseconds.Add(reader.GetDouble(0));
        return milliseconds;
    }

    /// <summary>One kind of request, so many a second.</summary>
    private sealed record Kind(string Name, double PerSecond, Func<IRequests> Requests)
    {
        private const double MostOfOneClient = 5;

        public int Clients => (int)Math.Ceiling(PerSecond / MostOfOneClient);

        /// <summary>From one request of a client to its next.</summary>
        public TimeSpan Pace => TimeSpan.FromSeconds(Clients / PerSecond);
    }
}
