using System.Diagnostics;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>One run of submissions: what clients saw, what it cost until everything was done, and how long that took.</summary>
internal sealed record JobResult(LoadResult Load, CpuUse Cpu, TimeSpan Whole)
{
    /// <summary>Leads a second with all that belongs to them, from the first request to the last email.</summary>
    public double WholePerSecond => Load.Acknowledged / Whole.TotalSeconds;

    public double AppMilliseconds => 1000 * Cpu.App / Load.Acknowledged;

    public double PostgresMilliseconds => 1000 * Cpu.Postgres / Load.Acknowledged;
}

/// <summary>
/// Submissions with everything they cause: each run ends when the last email has arrived, and then compares what was acknowledged with what
/// there is. Nothing lost, nothing left over.
/// </summary>
internal sealed class SubmissionJob(TestBed bed, Contestant contestant)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(250);

    private readonly LoadGenerator _load = new(contestant.Address);
    private readonly Serial _serial = new();
    private long _acknowledged;
    private long _mails;

    public bool IsConsistent { get; private set; } = true;

    /// <summary>What there was after the last run.</summary>
    public string Inventory { get; private set; } = "";

    public async Task<JobResult> RunAsync(int clients, TimeSpan duration, CancellationToken cancellation)
    {
        var mails = await bed.MailsAsync(cancellation);
        var before = CpuUse.Read(contestant.Processes, bed);
        var clock = Stopwatch.StartNew();
        var load = await _load.RunAsync(
            () => new SubmissionRequest(contestant.Address.ToString(), contestant.SubmitPath, _serial),
            clients,
            duration,
            cancellation
        );
        foreach (var (what, count) in load.Failures)
            Complain($"{count} × {what}");
        if (load.Acknowledged == 0)
            throw new BenchmarkException($"{contestant.Name} acknowledged no submission.");

        var arrived = await ArriveAsync(mails, load.Acknowledged * contestant.Mails, cancellation);
        var whole = clock.Elapsed;
        await Task.Delay(Afterwards, cancellation); // what follows the last email
        var result = new JobResult(load, CpuUse.Read(contestant.Processes, bed).Since(before), whole);
        _acknowledged += load.Acknowledged;
        _mails += arrived;
        await CheckAsync(cancellation);
        return result;
    }

    /// <summary>Waits for so many emails; not when nothing comes any more.</summary>
    private async Task<long> ArriveAsync(long before, long expected, CancellationToken cancellation)
    {
        var (arrived, since) = (0L, Stopwatch.StartNew());
        while (arrived < expected && since.Elapsed < Standstill)
        {
            await Task.Delay(Look, cancellation);
            var now = await bed.MailsAsync(cancellation) - before;
            if (now > arrived)
                (arrived, since) = (now, Stopwatch.StartNew());
        }
        return arrived;
    }

    private async Task CheckAsync(CancellationToken cancellation)
    {
        await using var database = NpgsqlDataSource.Create(contestant.ConnectionString);
        var there = new List<(string Name, long Count, long Expected)>();
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(Look, cancellation))
        {
            there.Clear();
            foreach (var fact in contestant.Facts)
            {
                await using var command = database.CreateCommand(fact.Sql);
                var count = (long)(await command.ExecuteScalarAsync(cancellation))!;
                there.Add((fact.Name, count, fact.EachLead * _acknowledged));
            }
            if (there.TrueForAll(fact => fact.Count == fact.Expected) || since.Elapsed > Standstill)
                break;
        }

        var files = Directory
            .EnumerateFiles(contestant.Files, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != ".anteroom-resumes") // says whose folder it is
            .ToLookup(file => file.Contains("/incoming/", StringComparison.Ordinal));
        there.Add(("files", files[false].LongCount(), _acknowledged));
        there.Add(("unfinished files", files[true].LongCount(), 0));
        there.Add(("emails delivered", _mails, contestant.Mails * _acknowledged));
        Inventory =
            $"{contestant.Name}: {_acknowledged} submissions acknowledged; {string.Join(", ", there.Select(fact => $"{fact.Count} {fact.Name}"))}.";
        foreach (var (name, count, expected) in there.Where(fact => fact.Count != fact.Expected))
            Complain($"{_acknowledged} submissions acknowledged, but {count} {name} instead of {expected}.");
    }

    private void Complain(string problem)
    {
        IsConsistent = false;
        Console.Error.WriteLine($"WRONG: {contestant.Name}: {problem}");
    }
}
