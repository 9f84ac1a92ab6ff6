using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Help = """
        ./bench [options]
          --seconds N        length of a measurement (default 5)
          --rounds N         rounds, the median counts (default 3)
          --clients A,B,…    numbers of clients (default 1,16,64)
          --no-worker        leave the e-mails in the outbox (the app runs with --role web)
          --no-check         do not fail when 64 clients reach less than 50 % of the smaller limit
          --postgres DIR     programs of the PostgreSQL server to use (default: Debian's newest)
          --app DIR          the published app (default: .build/bench-app)
          --keep             keep the temporary folder with all data and logs
        """;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);
    public int Rounds { get; init; } = 3;
    public IReadOnlyList<int> Clients { get; init; } = [1, 16, 64];
    public bool Worker { get; init; } = true;
    public bool Check { get; init; } = true;
    public bool Keep { get; init; }
    public string? Postgres { get; init; }
    public string? App { get; init; }

    /// <exception cref="BenchmarkException">An option is unknown or its value is missing or wrong.</exception>
    public static Options Parse(string[] arguments)
    {
        var options = new Options();
        var rest = new Queue<string>(arguments);
        while (rest.TryDequeue(out var name))
        {
            options = name switch
            {
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(Number(name, rest)) },
                "--rounds" => options with { Rounds = Number(name, rest) },
                "--clients" => options with
                {
                    Clients = [.. Value(name, rest).Split(',').Select(value => Number(name, value))],
                },
                "--no-worker" => options with { Worker = false },
                "--no-check" => options with { Check = false },
                "--keep" => options with { Keep = true },
                "--postgres" => options with { Postgres = Path.GetFullPath(Value(name, rest)) },
                "--app" => options with { App = Path.GetFullPath(Value(name, rest)) },
                _ => throw new BenchmarkException($"Unknown option {name}.\n{Help}"),
            };
        }
        return options;
    }

    static string Value(string name, Queue<string> rest) =>
        rest.TryDequeue(out var value) ? value : throw new BenchmarkException($"{name} needs a value.\n{Help}");

    static int Number(string name, Queue<string> rest) => Number(name, Value(name, rest));

    static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= 900
            ? number
            : throw new BenchmarkException($"{name} takes whole numbers from 1 to 900, not \"{value}\".");
}
