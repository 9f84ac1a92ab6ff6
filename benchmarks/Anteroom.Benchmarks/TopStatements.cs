using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>Where PostgreSQL's time goes, by pg_stat_statements: each statement's calls and milliseconds for one lead.</summary>
internal sealed partial class TopStatements(string connection)
{
    /// <summary>Settings of the server that counts statements. Counting costs a little, so it is asked for.</summary>
    public static readonly string[] ServerSettings =
    [
        "shared_preload_libraries=pg_stat_statements",
        "pg_stat_statements.track_planning=on",
    ];

    private const int Most = 25;

    public async Task StartAsync(CancellationToken cancellation)
    {
        await using var open = await OpenAsync(cancellation);
        await using var reset = new NpgsqlCommand(
            "create extension if not exists pg_stat_statements; select pg_stat_statements_reset()",
            open
        );
        await reset.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<string> ReadAsync(long leads, CancellationToken cancellation)
    {
        await using var open = await OpenAsync(cancellation);
        await using var command = new NpgsqlCommand(
            """
            select query, calls, plans, total_exec_time, total_plan_time, shared_blks_hit + shared_blks_read
            from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
            order by total_exec_time + total_plan_time desc
            """,
            open
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var text = new StringBuilder("  calls   plans  exec ms  plan ms  pages  (each for one lead)\n");
        double executed = 0;
        double planned = 0;
        for (var row = 0; await reader.ReadAsync(cancellation); row++)
        {
            var (execution, planning) = (reader.GetDouble(3) / leads, reader.GetDouble(4) / leads);
            executed += execution;
            planned += planning;
            if (row >= Most)
                continue;
            var query = Spaces().Replace(reader.GetString(0), " ");
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{(double)reader.GetInt64(1) / leads, 7:F2} {(double)reader.GetInt64(2) / leads, 7:F2} {execution, 8:F3} {planning, 8:F3} {(double)reader.GetInt64(5) / leads, 6:F0}  {query[..Math.Min(query.Length, 150)]}"
            );
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"in all: {executed:F2} ms executing, {planned:F2} ms planning");
        return text.ToString();
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var open = new NpgsqlConnection(connection);
        await open.OpenAsync(cancellation);
        return open;
    }

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Spaces();
}
