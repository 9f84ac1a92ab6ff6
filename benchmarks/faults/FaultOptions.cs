using System.Globalization;

namespace Anteroom.Faults;

/// <summary>What the command line asks for.</summary>
internal sealed record FaultOptions
{
    public const string Help = """
        ./bench faults [options]   what happens when things go wrong
          --kills N          kills at random instants (default 1,000)
          --freezes N        freezes longer than the lease (default 200)
          --only NAME,…      only these rows
          --no-check         do not fail when something is not reached
          --postgres DIR     programs of the PostgreSQL server to use (default: Debian's newest)
          --app DIR          the published app (default: .build/bench-app)
          --keep             keep the temporary folder with all data and logs
        """;

    public int Kills { get; private init; } = 1000;
    public int Freezes { get; private init; } = 200;
    public IReadOnlyList<string> Only { get; private init; } = [];
    public bool Check { get; private init; } = true;
    public bool Keep { get; private init; }
    public string? Postgres { get; private init; }
    public string? App { get; private init; }

    /// <summary>All rows, or those asked for.</summary>
    /// <exception cref="BenchmarkException">There is no such row.</exception>
    public IReadOnlyList<IFault> Rows
    {
        get
        {
            IFault[] all =
            [
                new ToldToStop(),
                new DatabaseRestarts(),
                new KilledAlone(),
                new KilledAmongOthers(kills: 20),
                new FrozenUnderTheLock(),
                new ClocksAreOff(),
                new DatabaseReadOnly(),
                new ResumesGone(),
                new ResumesDamaged(),
                new ResumesFull(),
                new DatabaseFull(),
                new MailAway(),
                new PickupUnwritable(),
                new DatabasePaused(),
                new RollingRestart(TimeSpan.FromSeconds(6), clients: 4),
                new KilledBehindBalancer(),
                new TakenOver(isPrivate: true, times: 5),
                new TakenOver(isPrivate: false, times: 5),
                new DatabaseFailsOver(),
                new OutageInTheLog(TimeSpan.FromSeconds(10)),
                new Kills(Kills, nodes: 4),
                new Freezes(Freezes, nodes: 8),
            ];
            var unknown = Only.Except(all.Select(fault => fault.Name), StringComparer.Ordinal).ToList();
            return unknown.Count > 0
                    ? throw new BenchmarkException(
                        $"No row {string.Join(", ", unknown)}. There are: {string.Join(", ", all.Select(fault => fault.Name))}"
                    )
                : Only.Count == 0 ? all
                : [.. all.Where(fault => Only.Contains(fault.Name, StringComparer.Ordinal))];
        }
    }

    /// <exception cref="BenchmarkException">An option is unknown or its value is missing or wrong.</exception>
    public static FaultOptions Parse(string[] arguments)
    {
        var options = new FaultOptions();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            string Value() =>
                rest.TryDequeue(out var value) ? value : throw new BenchmarkException($"{name} needs a value.\n{Help}");
            int Number() =>
                int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                    ? number
                    : throw new BenchmarkException($"{name} takes whole numbers from 1.");
            options = name switch
            {
                "--kills" => options with { Kills = Number() },
                "--freezes" => options with { Freezes = Number() },
                "--only" => options with { Only = Value().Split(',') },
                "--no-check" => options with { Check = false },
                "--keep" => options with { Keep = true },
                "--postgres" => options with { Postgres = Path.GetFullPath(Value()) },
                "--app" => options with { App = Path.GetFullPath(Value()) },
                _ => throw new BenchmarkException($"Unknown option {name}.\n{Help}"),
            };
        }

        return options;
    }
}
