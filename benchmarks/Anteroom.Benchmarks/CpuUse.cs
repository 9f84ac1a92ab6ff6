using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>
/// Processor time used since the start by the app, by PostgreSQL, by the benchmark itself (generator and mail server) and by the whole
/// machine, in seconds.
/// </summary>
internal sealed record CpuUse(double App, double Postgres, double Generator, double Machine, double Waiting)
{
    /// <summary>The share of all processors that others may keep busy: above it, what is compared says nothing.</summary>
    public const double Quiet = 0.20;

    private const double TicksPerSecond = 100; // USER_HZ, a constant of Linux's interface

    /// <summary>Reads them from <c>/proc</c> (proc(5)).</summary>
    /// <param name="app">The app's processes; those that they have started count, too.</param>
    /// <param name="bed">Whose PostgreSQL and mail server.</param>
    public static CpuUse Read(IEnumerable<int> app, TestBed bed)
    {
        var all = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double Column(int i) => double.Parse(all[i], CultureInfo.InvariantCulture) / TicksPerSecond;
        var processes = Processes().ToDictionary(id => id, Of);
        var children = processes.ToLookup(process => process.Value.Parent, process => process.Key);
        double Tree(int root) => processes.GetValueOrDefault(root).Seconds + children[root].Sum(Tree);
        return new CpuUse(
            app.Sum(Tree),
            Tree(bed.Postgres.ProcessId),
            Of(Environment.ProcessId).Seconds + Tree(bed.Sink),
            Column(1) + Column(2) + Column(3) + Column(6) + Column(7),
            Column(5)
        );
    }

    /// <summary>What was used since <paramref name="before"/>.</summary>
    public CpuUse Since(CpuUse before) =>
        new(
            App - before.App,
            Postgres - before.Postgres,
            Generator - before.Generator,
            Machine - before.Machine,
            Waiting - before.Waiting
        );

    /// <summary>Processor time of everything else on the machine, in seconds.</summary>
    public double Others => Math.Max(0, Machine - App - Postgres - Generator);

    /// <summary>The share of all processors that everything else kept busy.</summary>
    public double OthersShare(TimeSpan elapsed) => Others / elapsed.TotalSeconds / Environment.ProcessorCount;

    /// <summary>
    /// How many processors each kept busy, and the processor time of a submission, as one line. The latter hardly depends on what else the
    /// machine does meanwhile.
    /// </summary>
    public string Describe(TimeSpan elapsed, long submissions)
    {
        var seconds = elapsed.TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"processors busy: app {App / seconds:F2}, PostgreSQL {Postgres / seconds:F2}, generator and mail server {Generator / seconds:F2}, others {Others / seconds:F2}, waiting for the disk {Waiting / seconds:F2}, of {Environment.ProcessorCount}; a submission takes {1000 * App / submissions:F2} ms of the app, {1000 * Postgres / submissions:F2} ms of PostgreSQL"
        );
    }

    private static IEnumerable<int> Processes() =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0);

    private static (int Parent, double Seconds) Of(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            // The second field, the name in brackets, may hold spaces; the fourth is the parent, 14 to 17 are the times.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), ticks / TicksPerSecond);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default; // ended meanwhile
        }
    }
}
