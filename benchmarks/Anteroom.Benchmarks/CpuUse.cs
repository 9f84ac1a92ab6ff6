using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>Processor time used since the start by the app, by PostgreSQL, by the generator and by the whole machine, in seconds.</summary>
internal sealed record CpuUse(double App, double Postgres, double Generator, double Machine, double Waiting)
{
    private const double TicksPerSecond = 100; // USER_HZ, a constant of Linux's interface

    /// <summary>Reads them from <c>/proc</c> (proc(5)).</summary>
    public static CpuUse Read(int app, int postgres)
    {
        var all = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        double Column(int i) => double.Parse(all[i], CultureInfo.InvariantCulture) / TicksPerSecond;
        return new CpuUse(
            Of(app),
            Of(postgres)
                + Posix.ChildrenOf(postgres).Sum(process => Of(process)),
            Of(Environment.ProcessId),
            Column(1) + Column(2) + Column(3) + Column(6) + Column(7),
            Column(5)
        );
    }

    /// <summary>
    /// How many processors each kept busy between <paramref name="before"/> and this, and the processor time of a submission,
    /// as one line. The latter hardly depends on what else the machine does meanwhile.
    /// </summary>
    public string Since(CpuUse before, TimeSpan elapsed, long submissions)
    {
        var (app, postgres, generator) = (App - before.App, Postgres - before.Postgres, Generator - before.Generator);
        var others = Machine - before.Machine - app - postgres - generator;
        var seconds = elapsed.TotalSeconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"processors busy: app {app / seconds:F2}, PostgreSQL {postgres / seconds:F2}, generator {generator / seconds:F2}, others {others / seconds:F2}, waiting for the disk {(Waiting - before.Waiting) / seconds:F2}, of {Environment.ProcessorCount}; a submission takes {1000 * app / submissions:F2} ms of the app, {1000 * postgres / submissions:F2} ms of PostgreSQL"
        );
    }

    /// <summary>Milliseconds of processor time that PostgreSQL spent on each of <paramref name="count"/> transactions.</summary>
    public double PostgresMilliseconds(CpuUse before, double count) => 1000 * (Postgres - before.Postgres) / count;

    private static double Of(int process) =>
        Posix.Stat(process) is { } stat
            ? stat[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)) / TicksPerSecond
            : 0;
}
