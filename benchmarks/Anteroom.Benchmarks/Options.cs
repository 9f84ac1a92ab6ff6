using System.Globalization;

namespace Anteroom.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Help = """
        ./bench [options]          submissions a second
          --seconds N        length of a measurement (default 5)
          --rounds N         rounds, the median counts (default 3)
          --clients A,B,…    numbers of clients (default 1,16,64)
          --statements       say where PostgreSQL's time goes, statement by statement (counting costs a little)
        ./bench peers [options]    beside a FastAPI service, in turn, the whole job; same options; takes about seven minutes
          --peer DIR         its folder (default: ../shared/peers/fastapi)
        ./bench mixed [options]    a working day at once, at 1,000 and at 1,000,000 leads; submissions with 10,000 leads that nobody can take
        ./bench mail [options]     emails a second, from the outbox to sent, beside MailKit alone
        ./bench crash [KILLS]      kills processes under load (default 50 times) and looks that nothing is lost or done twice
        ./bench list [options]     the list at 1,000 and at 1,000,000 leads; takes about five minutes and 3 GB
          --calls N          calls of each kind, the median counts (default 100)
        both
          --no-check         do not fail when less is reached than required
          --postgres DIR     programs of the PostgreSQL server to use (default: Debian's newest)
          --app DIR          the published app (default: .build/bench-app)
          --keep             keep the temporary folder with all data and logs
        """;

    public bool List { get; init; }
    public bool Mail { get; init; }
    public bool Peers { get; init; }
    public bool Mixed { get; init; }
    public string Peer { get; init; } = Path.GetFullPath("../shared/peers/fastapi");
    public int Calls { get; init; } = 100;
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);
    public int Rounds { get; init; } = 3;
    public IReadOnlyList<int> Clients { get; init; } = [1, 16, 64];
    public bool Statements { get; init; }
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
                "list" => options with { List = true },
                "mail" => options with { Mail = true },
                "peers" => options with { Peers = true },
                "mixed" => options with { Mixed = true },
                "--calls" => options with { Calls = Number(name, rest) },
                "--seconds" => options with { Duration = TimeSpan.FromSeconds(Number(name, rest)) },
                "--rounds" => options with { Rounds = Number(name, rest) },
                "--clients" => options with
                {
                    Clients = [.. Value(name, rest).Split(',').Select(value => Number(name, value))],
                },
                "--statements" => options with { Statements = true },
                "--no-check" => options with { Check = false },
                "--peer" => options with { Peer = Path.GetFullPath(Value(name, rest)) },
                "--keep" => options with { Keep = true },
                "--postgres" => options with { Postgres = Path.GetFullPath(Value(name, rest)) },
                "--app" => options with { App = Path.GetFullPath(Value(name, rest)) },
                _ => throw new BenchmarkException($"Unknown option {name}.\n{Help}"),
            };
        }
        return options;
    }

    private static string Value(string name, Queue<string> rest) =>
        rest.TryDequeue(out var value) ? value : throw new BenchmarkException($"{name} needs a value.\n{Help}");

    private static int Number(string name, Queue<string> rest) => Number(name, Value(name, rest));

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number is >= 1 and <= 900
            ? number
            : throw new BenchmarkException($"{name} takes whole numbers from 1 to 900, not \"{value}\".");
}
