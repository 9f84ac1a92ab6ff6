using System.Globalization;
using System.Text;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>
/// The list at a thousand and at a million leads: two apps on two databases of one server, called in turn, one call at a
/// time, so that a slow spell of the machine hits both.
/// </summary>
internal static class ListBenchmark
{
    private const int Few = 1_000;
    private const int Many = 1_000_000;
    private const double Allowed = 2;

    /// <summary>A search may take this long instead, in milliseconds.</summary>
    private const double AllowedForSearch = 20;

    /// <summary>One for the token, one for the page, and for a search one for what it has found.</summary>
    private const int MostStatements = 2;
    private const int WarmUp = 30;
    private const int CountedCalls = 10;

    /// <summary>Runs everything, prints it and writes it to <c>benchmarks/results/list.md</c>.</summary>
    /// <returns>Whether every call that has to is within twice the time, and none needs more than two statements.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken cancellation)
    {
        await using var bed = await TestBed.StartAsync(
            options,
            cancellation,
            "shared_preload_libraries=pg_stat_statements"
        );
        await using var small = await StartAsync(bed, "few", Few, cancellation);
        using var few = await ListClient.SignInAsync(small, cancellation);
        await using var big = await StartAsync(bed, "many", Many, cancellation);
        using var many = await ListClient.SignInAsync(big, cancellation);

        var statements = await StatementCounter.OpenAsync(bed.Postgres, "many", cancellation);
        await using var _ = statements;
        var results = new List<ListResult>();
        foreach (var call in ListCall.All)
        {
            var fewAddress = await call.AddressAsync(few, Few, cancellation);
            var manyAddress = await call.AddressAsync(many, Many, cancellation);
            var warmUp = call.IsSlow ? 2 : WarmUp;
            for (var i = 0; i < warmUp; i++)
            {
                await few.CallAsync(call.Door, fewAddress, cancellation);
                await many.CallAsync(call.Door, manyAddress, cancellation);
            }

            var calls = call.IsSlow ? Math.Min(10, options.Calls) : options.Calls;
            var (fewTook, manyTook) = (new double[calls], new double[calls]);
            for (var i = 0; i < calls; i++)
            {
                fewTook[i] = await few.CallAsync(call.Door, fewAddress, cancellation);
                manyTook[i] = await many.CallAsync(call.Door, manyAddress, cancellation);
            }

            await statements.ResetAsync(cancellation);
            for (var i = 0; i < CountedCalls; i++)
                await many.CallAsync(call.Door, manyAddress, cancellation);
            var result = new ListResult(
                call,
                Table.Median(fewTook),
                Table.Median(manyTook),
                await statements.CountAsync(cancellation) / (double)CountedCalls
            );
            results.Add(result);
            Console.WriteLine(result.Row);
        }

        var ok = results.TrueForAll(result => result.IsKept);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bed.Machine}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Calls} calls each (10 of the slow ones), pages of 50, one call at a time, the two databases in turn."
        );
        text.AppendLine().AppendLine(ListResult.Head);
        foreach (var result in results)
            text.AppendLine(result.Row);
        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"Required: {Allowed:F0} × where it says so, or {AllowedForSearch:F0} ms for a search, and two statements, three for a search. {(ok ? "Kept." : "NOT kept.")}"
            );
        await TestBed.PublishAsync("list.md", text.ToString(), cancellation);
        return ok || !options.Check;
    }

    private static async Task<AppProcess> StartAsync(
        TestBed bed,
        string database,
        int leads,
        CancellationToken cancellation
    )
    {
        await bed.CreateDatabaseAsync(database, cancellation, leads);
        return await bed.StartAppAsync(database, cancellation, role: "web");
    }

    /// <summary>What one call took, in milliseconds, and how many statements.</summary>
    private sealed record ListResult(ListCall Call, double Few, double Many, double Statements)
    {
        public const string Head = """
            | call | 1,000 leads, ms | 1,000,000 leads, ms | ratio | required | statements |
            |---|---:|---:|---:|---:|---:|
            """;

        private double Ratio => Many / Few;

        private bool IsQuick => Ratio <= Allowed || (Call.IsSearch && Many <= AllowedForSearch);

        public bool IsKept => Statements <= MostStatements + (Call.IsSearch ? 1 : 0) && (!Call.IsRequired || IsQuick);

        private string Required =>
            !Call.IsRequired ? "–" : $"{(Call.IsSearch ? "≤ 2 or 20 ms" : "≤ 2")}: {(IsQuick ? "kept" : "NOT kept")}";

        public string Row =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {Call.Name} | {Few:F1} | {Many:F1} | **{Ratio:F1}** | {Required} | {Statements:0.#} |"
            );
    }

    /// <summary>Asks the server how many statements it has executed for a database.</summary>
    private sealed class StatementCounter(NpgsqlConnection connection, string database) : IAsyncDisposable
    {
        public static async Task<StatementCounter> OpenAsync(
            ThrowAwayPostgres postgres,
            string database,
            CancellationToken cancellation
        )
        {
            var connection = new NpgsqlConnection(postgres.ConnectionString("postgres"));
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("create extension pg_stat_statements", connection);
            await command.ExecuteNonQueryAsync(cancellation);
            return new StatementCounter(connection, database);
        }

        public async Task ResetAsync(CancellationToken cancellation)
        {
            await using var command = new NpgsqlCommand("select pg_stat_statements_reset()", connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        public async Task<long> CountAsync(CancellationToken cancellation)
        {
            await using var command = new NpgsqlCommand(
                "select coalesce(sum(calls), 0)::bigint from pg_stat_statements join pg_database on oid = dbid where datname = $1",
                connection
            );
            command.Parameters.Add(new NpgsqlParameter { Value = database });
            return (long)(await command.ExecuteScalarAsync(cancellation))!;
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
