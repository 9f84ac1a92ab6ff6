using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Anteroom.Benchmarks;

/// <summary>
/// The machine's bare limit for rows: pgbench inserts what a submission inserts, in one transaction, with as many
/// clients, into the same tables of another database on the same server, with prepared statements. Either statement by
/// statement, as pgbench works, or the whole transaction in one pipeline (one round trip), which nothing that talks to
/// PostgreSQL row by row can beat.
/// </summary>
internal sealed partial class PgbenchLimit(ThrowAwayPostgres postgres, string database, string folder)
{
    private readonly string _pgbench = Find(postgres.Binaries);
    private readonly List<string> _values = [];
    private int _round;

    /// <summary>Writes the scripts that insert rows like <paramref name="sample"/>.</summary>
    public async Task PrepareAsync(IReadOnlyList<SampleRow> sample, CancellationToken cancellation)
    {
        _values.Clear();
        var script = new StringBuilder("\\set seq :seq + 1\n");
        for (var i = 0; i < sample.Count; i++)
            script.Append(CultureInfo.InvariantCulture, $"\\set k{i} (:seq * 1000 + :client_id) * 10 + {i}\n");
        var inserts = new StringBuilder();
        var keys = sample
            .SelectMany(
                (row, i) => row.Columns.Where(column => column.Name is "id").Select(column => (column.Value!, i))
            )
            .ToDictionary(key => key.Item1, key => key.i, StringComparer.Ordinal);
        foreach (var (row, i) in sample.Select((row, i) => (row, i)))
        {
            var names = string.Join(", ", row.Columns.Select(column => column.Name));
            var values = string.Join(", ", row.Columns.Select(column => Expression(column, i, keys)));
            inserts.Append(CultureInfo.InvariantCulture, $"insert into {row.Table} ({names}) values ({values});\n");
        }
        await File.WriteAllTextAsync(Script(pipelined: false), $"{script}begin;\n{inserts}commit;\n", cancellation);
        await File.WriteAllTextAsync(
            Script(pipelined: true),
            $"{script}\\startpipeline\nbegin;\n{inserts}commit;\n\\endpipeline\n",
            cancellation
        );
    }

    private string Script(bool pipelined) =>
        Path.Combine(folder, pipelined ? "pipelined.pgbench" : "statements.pgbench");

    /// <summary>Inserts for <paramref name="duration"/>.</summary>
    /// <returns>Transactions a second.</returns>
    public async Task<double> MeasureAsync(
        bool pipelined,
        int clients,
        TimeSpan duration,
        CancellationToken cancellation
    )
    {
        _round++;
        string[] options =
        [
            $"--client={clients}",
            $"--jobs={Math.Min(clients, Environment.ProcessorCount)}",
            $"--time={(int)Math.Ceiling(duration.TotalSeconds)}",
            "--protocol=prepared",
            "--no-vacuum",
            $"--define=seq={_round * 10_000_000L}", // keys go on where the last round cannot have come to
            .. _values,
            $"--file={Script(pipelined)}",
            "--host=127.0.0.1",
            $"--port={postgres.Port}",
            $"--username={ThrowAwayPostgres.User}",
            database,
        ];
        var output = await Child.RunAsync(
            "pgbench",
            [_pgbench, .. options],
            Path.Combine(folder, "pgbench.log"),
            cancellation,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = postgres.Password }
        );
        var tps = Tps().Match(output);
        return tps.Success
            ? double.Parse(tps.Groups["tps"].ValueSpan, CultureInfo.InvariantCulture)
            : throw new BenchmarkException("pgbench said something unexpected:\n" + output);
    }

    /// <summary>A key of the transaction's own where the app's row had one; else the app's own value, sent as a parameter.</summary>
    private string Expression(SampleColumn column, int row, Dictionary<string, int> keys)
    {
        if (column.Value is null)
            return "null";
        if (column.Type is "uuid" && keys.TryGetValue(column.Value, out var key))
            return $"lpad(:k{key}, 32, '0')::uuid";
        if (column.Type is "timestamptz")
            return "now()";
        if (column.IsUnique)
        {
            return column.Type switch
            {
                "uuid" => $"lpad(:k{row}, 32, '0')::uuid",
                "bytea" => $"decode(lpad(:k{row}, {column.Value.Length - 2}, '0'), 'hex')",
                _ => $"lpad(:k{row}, {column.Value.Length}, '0')",
            };
        }
        var name = string.Create(CultureInfo.InvariantCulture, $"v{_values.Count}");
        _values.Add($"--define={name}={column.Value}");
        return ":" + name;
    }

    private static string Find(string binaries) =>
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
            .OrderDescending(StringComparer.Ordinal)
            .Select(folder => Path.Combine(folder, "bin"))
            .Prepend(binaries)
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .Select(folder => Path.Combine(folder, "pgbench"))
            .FirstOrDefault(File.Exists)
        ?? throw new BenchmarkException("No pgbench found. On Debian: apt-get install postgresql-contrib");

    [GeneratedRegex(@"^tps = (?<tps>[0-9.]+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tps();
}
