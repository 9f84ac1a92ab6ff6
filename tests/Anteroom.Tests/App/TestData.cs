using System.Globalization;
using System.Text;
using Npgsql;

namespace Anteroom.Tests.App;

/// <summary>
/// Makes a database as new again: rows deleted, what migrations put there put back, sequences at their start. Deleting few rows
/// takes milliseconds; TRUNCATE writes new files for every table and index, and a new database copies them all.
/// </summary>
internal static class TestData
{
    // The keys that a running app has in memory stay with it.
    private static readonly string[] Kept =
    [
        "public.schema_versions",
        "public.data_protection_keys",
        "public.signing_keys",
    ];

    /// <summary>The statements that bring a copy of <paramref name="template"/> back to what it holds.</summary>
    public static async Task<string> ResetSqlAsync(NpgsqlDataSource template)
    {
        var sql = new StringBuilder("begin; set local session_replication_role = replica;"); // no trigger, and any order
        var tables = await TextsAsync(
            template,
            "select format('%s.%I', relnamespace::regnamespace, relname) from pg_class where relkind = 'r' and relnamespace in ('public'::regnamespace, 'quartz'::regnamespace) order by 1"
        );
        foreach (var table in tables.Except(Kept, StringComparer.Ordinal))
        {
            sql.Append(CultureInfo.InvariantCulture, $"delete from {table};");
            var rows = (await TextsAsync(template, $"select json_agg(row)::text from {table} row")).Single();
            if (rows is not null)
                sql.Append(
                    CultureInfo.InvariantCulture,
                    $"insert into {table} select * from json_populate_recordset(null::{table}, '{rows.Replace("'", "''", StringComparison.Ordinal)}');"
                );
        }

        sql.Append("commit; select setval(name::regclass, start_value, false) from (");
        sql.Append("select *, format('%I.%I', schemaname, sequencename) as name from pg_sequences) sequences");
        sql.Append(
            CultureInfo.InvariantCulture,
            $" where last_value is not null and name !~ '^({string.Join('|', Kept)})'"
        );
        return sql.ToString();
    }

    private static async Task<List<string?>> TextsAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string?>();
        while (await reader.ReadAsync())
            texts.Add(await reader.IsDBNullAsync(0) ? null : reader.GetString(0));
        return texts;
    }
}
