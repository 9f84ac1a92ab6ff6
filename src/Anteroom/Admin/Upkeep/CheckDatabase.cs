using System.Globalization;
using System.Text;
using Anteroom.Data;
using Anteroom.Schedule;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// Looks after the database: renews the planner's statistics (ANALYZE) and reports what an operator should know: tables with
/// many dead rows, indexes that are invalid or that nothing uses, sizes, old transactions. It changes nothing else; PostgreSQL's
/// own autovacuum does that.
/// </summary>
public sealed class CheckDatabase(NpgsqlDataSource database)
{
    private const string OurTables = "nspname in ('public', 'quartz')";

    /// <summary>With fewer rows, the share of dead ones means nothing.</summary>
    private const long WorthLooking = 10_000;

    private const int ManyDead = 20;
    private const long LargeIndex = 1024 * 1024;

    /// <summary>Transaction numbers: autovacuum acts by itself at 200 million, the server stops at 2,000 million.</summary>
    private const long OldTransactions = 500_000_000;

    private sealed record Table(string Name, long Rows, long Dead, long Bytes, DateTimeOffset? Vacuumed)
    {
        public long DeadShare => Rows + Dead == 0 ? 0 : Dead * 100 / (Rows + Dead);
    }

    private sealed record Index(string Name, string Table, long Bytes, long Scans, bool IsValid, bool IsUnique);

    private sealed record Whole(long Bytes, long Age, double Hits, DateTimeOffset? Since, double Longest);

    /// <summary>Analyses and reports.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        var analysed = await AnalyseAsync(cancellation);
        var tables = await ReadAsync<Table>(
            $"""
            select relid::regclass::text as name, n_live_tup as rows, n_dead_tup as dead, pg_total_relation_size(relid) as bytes,
                greatest(last_vacuum, last_autovacuum) as vacuumed
            from pg_stat_user_tables join pg_namespace on nspname = schemaname where {OurTables}
            order by pg_total_relation_size(relid) desc, 1
            """,
            cancellation
        );
        var indexes = await ReadAsync<Index>(
            $"""
            select indexrelid::regclass::text as name, relid::regclass::text as table, pg_relation_size(indexrelid) as bytes,
                idx_scan as scans, indisvalid as is_valid, indisunique as is_unique
            from pg_stat_user_indexes join pg_index using (indexrelid) join pg_namespace on nspname = schemaname where {OurTables}
            order by pg_relation_size(indexrelid) desc, 1
            """,
            cancellation
        );
        var (bytes, age, hits, since, longest) = (
            await ReadAsync<Whole>(
                """
                select pg_database_size(current_database()) as bytes, age(datfrozenxid)::bigint as age,
                    coalesce(blks_hit * 100.0 / nullif(blks_hit + blks_read, 0), 100)::float8 as hits, stats_reset as since,
                    coalesce((select max(extract(epoch from clock_timestamp() - xact_start)) from pg_stat_activity
                              where datname = current_database() and pid <> pg_backend_pid()), 0)::float8 as longest
                from pg_database join pg_stat_database using (datname) where datname = current_database()
                """,
                cancellation
            )
        )[0];

        var worries = Worries(tables, indexes, age, longest).ToList();
        var text = new StringBuilder();
        Line(
            $"Database {FileSize.Of(bytes)}, {hits:0.0} % of reads from memory, oldest transaction {longest:0} s, {age:N0} transaction numbers in use."
        );
        text.AppendLine();
        foreach (var worry in worries)
            Line($"! {worry}");
        if (worries.Count > 0)
            text.AppendLine();
        Line($"{"Table", -36} {"Rows", 12} {"Dead", 10} {"Dead %", 7} {"Size", 10}  Last vacuumed");
        foreach (var table in tables)
            Line(
                $"{table.Name, -36} {table.Rows, 12:N0} {table.Dead, 10:N0} {table.DeadShare, 7} {FileSize.Of(table.Bytes), 10}  {table.Vacuumed:yyyy-MM-dd HH:mm}"
            );
        text.AppendLine();
        Line($"{"Index", -44} {"Size", 10} {"Uses", 14}");
        foreach (var index in indexes)
            Line(
                $"{index.Name, -44} {FileSize.Of(index.Bytes), 10} {index.Scans, 14:N0}{(index.IsValid ? "" : "  INVALID")}"
            );
        text.AppendLine();
        Line($"Uses are counted since {(since is { } reset ? $"{reset:yyyy-MM-dd}" : "the database was made")}.");

        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Analysed {analysed} tables, {FileSize.Of(bytes)}. {(worries.Count == 0 ? "Nothing to worry about." : string.Join(' ', worries))}"
            ),
            text.ToString()
        );

        void Line(FormattableString line) => text.AppendLine(FormattableString.Invariant(line));
    }

    private static IEnumerable<string> Worries(
        IReadOnlyList<Table> tables,
        IReadOnlyList<Index> indexes,
        long age,
        double longest
    )
    {
        foreach (var table in tables.Where(table => table.Dead >= WorthLooking && table.DeadShare >= ManyDead))
            yield return $"{table.Name} is {table.DeadShare} % dead rows: autovacuum does not keep up, or an old transaction holds it back.";
        foreach (var index in indexes.Where(index => !index.IsValid))
            yield return $"{index.Name} is invalid: REINDEX INDEX {index.Name}.";
        // While a table is small, the planner has no use for its indexes.
        var busy = tables
            .Where(table => table.Rows >= WorthLooking)
            .Select(table => table.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (
            var index in indexes.Where(index =>
                index is { Scans: 0, IsUnique: false, Bytes: >= LargeIndex } && busy.Contains(index.Table)
            )
        )
            yield return $"{index.Name} ({FileSize.Of(index.Bytes)}) has not been used.";
        if (age > OldTransactions)
            yield return FormattableString.Invariant(
                $"{age:N0} transaction numbers are in use: see to it that autovacuum runs (routine-vacuuming in PostgreSQL's manual)."
            );
        if (longest > TimeSpan.FromHours(1).TotalSeconds)
            yield return FormattableString.Invariant(
                $"A transaction is open for {longest / 3600:0.0} hours, which keeps dead rows from being removed."
            );
    }

    /// <summary>Table by table, so that none is locked for longer than its own turn.</summary>
    private async Task<int> AnalyseAsync(CancellationToken cancellation)
    {
        var tables = await ReadAsync<string>(
            $"select pg_class.oid::regclass::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace where relkind = 'r' and {OurTables} order by 1",
            cancellation
        );
        foreach (var table in tables)
        {
            await using var analyse = database.CreateCommand($"analyze {table}");
            analyse.CommandTimeout = 0;
            await analyse.ExecuteNonQueryAsync(cancellation);
        }

        return tables.Count;
    }

    private Task<List<T>> ReadAsync<T>(string sql, CancellationToken cancellation)
    {
        var ask = database.CreateCommand(sql);
        ask.CommandTimeout = 60;
        return ask.RowsAsync<T>(cancellation);
    }
}
