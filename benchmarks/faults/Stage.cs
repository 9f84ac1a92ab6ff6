using System.Diagnostics;
using System.Globalization;
using Anteroom.Data;
using Anteroom.Postgres;
using Anteroom.Shared;
using Npgsql;

namespace Anteroom.Faults;

/// <summary>All that one row of the table needs, made for it and gone after it: a database server, a mail server, nodes.</summary>
/// <param name="app">The published app's folder.</param>
/// <param name="folder">For everything; exists.</param>
/// <param name="binaries">Programs of the PostgreSQL server; null for the newest.</param>
internal sealed class Stage(string app, string folder, string? binaries) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Stack<Func<ValueTask>> _toEnd = [];
    private ThrowAwayPostgres? _postgres;
    private NpgsqlDataSource? _database;
    private MailServer? _mail;
    private readonly List<MailServer> _mails = [];
    private int _names;

    public string Folder => folder;

    /// <summary>The data folder of all nodes.</summary>
    public string Data => Path.Combine(folder, "data");

    public ThrowAwayPostgres Postgres => _postgres!;

    public bool HasPostgres => _postgres is not null;

    public NpgsqlDataSource Database => _database!;

    public MailServer Mail => _mail!;

    public Door Door { get; } = new();

    /// <summary>Starts a database server; without one, a node starts its private one.</summary>
    public async Task StartPostgresAsync(CancellationToken cancellation, params string[] settings)
    {
        _postgres = await ThrowAwayPostgres.StartAsync(folder, binaries, cancellation, settings);
        AtTheEnd(_postgres.DisposeAsync);
        await _postgres.CreateDatabaseAsync("anteroom", cancellation);
        Connect(_postgres.ConnectionString("anteroom"));
    }

    /// <summary>A standby of the database server (streaming replication), which has acknowledged all that a commit acknowledges.</summary>
    public async Task<ThrowAwayPostgres> AddStandbyAsync(CancellationToken cancellation)
    {
        var standby = await Postgres.AddStandbyAsync(Folder, cancellation);
        AtTheEnd(standby.DisposeAsync);
        await ExecuteAsync("alter system set synchronous_standby_names = '*'", cancellation);
        await ExecuteAsync("select pg_reload_conf()", cancellation);
        await UntilAsync("select count(*) = 1 from pg_stat_replication where sync_state = 'sync'", cancellation);
        return standby;
    }

    /// <summary>From now on looks into this server.</summary>
    public void ConnectTo(ThrowAwayPostgres server)
    {
        _postgres = server;
        Connect(server.ConnectionString("anteroom"));
    }

    /// <summary>Stops the database server as an operator does.</summary>
    public async Task StopPostgresAsync()
    {
        await Postgres.StopAsync();
        Database.Clear();
    }

    /// <summary>Looks into the private database of the node that runs.</summary>
    public void ConnectToPrivateDatabase()
    {
        using var data = DataFolder.Open(Data);
        Connect(EmbeddedPostgres.FindRunning(data)!);
    }

    private void Connect(string database)
    {
        _database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database)
            {
                Pooling = true,
                ApplicationName = "faults",
                CommandTimeout = 5,
            }
        );
        AtTheEnd(_database.DisposeAsync);
    }

    /// <summary>Starts the mail server that nodes deliver to.</summary>
    /// <param name="slow">How long it takes before it begins a message.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task StartMailAsync(TimeSpan slow, CancellationToken cancellation) =>
        _mail = await AddMailAsync(slow, cancellation);

    /// <summary>Starts a further one.</summary>
    public async Task<MailServer> AddMailAsync(TimeSpan slow, CancellationToken cancellation)
    {
        var server = await MailServer.StartAsync(folder, Name("mail"), slow, cancellation);
        AtTheEnd(server.DisposeAsync);
        _mails.Add(server);
        return server;
    }

    /// <summary>Starts a node and waits until it is ready.</summary>
    public async Task<AppProcess> StartAsync(
        string role,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? settings = null,
        int port = 0
    )
    {
        var node = Begin(role, settings, port);
        await node.AnswersAsync("/health/ready", cancellation);
        return node;
    }

    /// <summary>Starts a node.</summary>
    public AppProcess Begin(
        string role,
        IReadOnlyDictionary<string, string>? settings = null,
        int port = 0,
        params string[] options
    )
    {
        var all = _postgres is null
            ? new Dictionary<string, string>(AppProcess.Unattended, StringComparer.Ordinal)
            : AppProcess.Settings(_postgres, "anteroom");
        all["Mail__Sweep"] = "00:00:01";
        all["Mail__FirstRetry"] = "00:00:01";
        all["Node__WarmUp"] = "false";
        foreach (var (name, value) in _mail is null ? [] : To(_mail))
            all[name] = value;
        foreach (var (name, value) in settings ?? new Dictionary<string, string>(StringComparer.Ordinal))
            all[name] = value;
        var node = AppProcess.Start(app, folder, role, all, port, Name("node"), options);
        AtTheEnd(node.DisposeAsync);
        return node;
    }

    /// <summary>The settings of a node that delivers to this mail server.</summary>
    public static Dictionary<string, string> To(MailServer mail) =>
        new(StringComparer.Ordinal)
        {
            ["Mail__Host"] = "127.0.0.1",
            ["Mail__Port"] = mail.Port.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>A file system of so many megabytes in memory. Takes root.</summary>
    public async Task MountAsync(string at, int megabytes, CancellationToken cancellation, string options = "rw")
    {
        Directory.CreateDirectory(at);
        var log = Path.Combine(folder, "mount.log");
        string[] mount = ["mount", "-t", "tmpfs", "-o", $"size={megabytes}m,{options}", "anteroom-faults", at];
        await Child.RunAsync("mount", mount, log, cancellation);
        AtTheEnd(() => UnmountAsync(at));
    }

    public async ValueTask UnmountAsync(string at)
    {
        if ((await File.ReadAllTextAsync("/proc/mounts")).Contains($" {at} ", StringComparison.Ordinal))
            await Child.RunAsync(
                "umount",
                ["umount", "--lazy", at],
                Path.Combine(folder, "umount.log"),
                CancellationToken.None
            );
    }

    /// <summary>Writes a file as large as there is room.</summary>
    /// <returns>The file.</returns>
    public static string FillUp(string at)
    {
        var path = Path.Combine(at, "filler");
        try
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            var block = new byte[64 * 1024];
            for (long written = 0; ; written += block.Length)
                RandomAccess.Write(file, block, written);
        }
        catch (IOException)
        {
            return path; // full
        }
    }

    public async Task<T> ValueAsync<T>(string sql, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Waits until it is true; how long that took. The database may be away.</summary>
    public async Task<TimeSpan> UntilAsync(string sql, CancellationToken cancellation)
    {
        for (var since = Clock(); ; await Task.Delay(10, cancellation))
        {
            try
            {
                if (await ValueAsync<bool>(sql, cancellation))
                    return since.Elapsed;
            }
            catch (NpgsqlException) { }

            MustBeSoon(since, sql);
        }
    }

    /// <summary>Waits until so many more submissions are acknowledged; how long that took.</summary>
    public async Task<TimeSpan> TakesAsync(int more, CancellationToken cancellation)
    {
        var enough = Door.Acknowledged.Count + more;
        for (var since = Clock(); ; await Task.Delay(10, cancellation))
        {
            if (Door.Acknowledged.Count >= enough)
                return since.Elapsed;
            MustBeSoon(since, $"{more} more submissions are acknowledged.");
        }
    }

    public static Stopwatch Clock() => Stopwatch.StartNew();

    public static void MustBeSoon(Stopwatch since, string what)
    {
        if (since.Elapsed > Patience)
            throw new BenchmarkException($"Not after {Patience.TotalSeconds} s: {what}");
    }

    /// <summary>Queues emails in one commit.</summary>
    public Task QueueAsync(int count, CancellationToken cancellation) =>
        ExecuteAsync(
            $"""
            insert into emails (id, kind, to_address, subject, text, html, message_id, next_attempt_at, created_at)
            select gen_random_uuid(), 'test', 'p' || i || '@example.com', 'No. ' || i, 'Hello', '<p>Hello</p>',
                gen_random_uuid() || '@firm.example', now(), now()
            from generate_series(1, {count}) i
            """,
            cancellation
        );

    /// <summary>Attorneys with room for everything.</summary>
    public Task AddAttorneysAsync(int count, CancellationToken cancellation) =>
        ExecuteAsync(
            $"""
            insert into users (id, full_name, role, created_at, user_name, normalized_user_name, email, normalized_email, email_confirmed,
                phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, capacity)
            select gen_random_uuid(), 'Attorney ' || i, 'attorney', now(), 'a' || i, 'A' || i, 'a' || i || '@firm.example',
                'A' || i || '@FIRM.EXAMPLE', false, false, false, true, 0, 100000
            from generate_series(1, {count}) i
            """,
            cancellation
        );

    /// <summary>Queues emails and waits until some are out.</summary>
    public async Task BeginMailAsync(int count, CancellationToken cancellation)
    {
        await QueueAsync(count, cancellation);
        await UntilAsync("select count(*) filter (where state = 'sent') >= 5 from emails", cancellation);
    }

    /// <summary>Claims of nodes that do not live.</summary>
    public static readonly string Orphans = $"""
        (select count(*) from outbox where state = 'sending' and claimed_by not in (select objid from ({Node.Held}) held))
        """;

    /// <summary>Waits until all mail is out, and compares what was queued with what arrived.</summary>
    public async Task CountMailAsync(Outcome outcome, CancellationToken cancellation)
    {
        await UntilAsync("select bool_and(state = 'sent') from emails", cancellation);
        var written = await ValueAsync<string[]>("select array_agg(message_id) from emails", cancellation);
        var taken = _mails.SelectMany(mail => mail.Taken).ToList();
        var distinct = taken.ToHashSet(StringComparer.Ordinal);
        outcome.Lost += written.Count(id => !distinct.Contains(id));
        outcome.Twice += taken.Count - distinct.Count;
    }

    /// <summary>Each lead that was acknowledged is there.</summary>
    public async Task CountLeadsAsync(Outcome outcome, CancellationToken cancellation)
    {
        var there = await ValueAsync<string[]>("select coalesce(array_agg(code::text), '{}') from leads", cancellation);
        outcome.Acknowledged += Door.Acknowledged.Count;
        outcome.Lost += Door.Acknowledged.Except(there, StringComparer.Ordinal).LongCount();
    }

    private string Name(string of) =>
        string.Create(CultureInfo.InvariantCulture, $"{of}-{Interlocked.Increment(ref _names)}");

    private void AtTheEnd(Func<ValueTask> end)
    {
        lock (_toEnd)
            _toEnd.Push(end);
    }

    public async ValueTask DisposeAsync()
    {
        while (_toEnd.TryPop(out var end))
            await end();
        Door.Dispose();
    }
}
