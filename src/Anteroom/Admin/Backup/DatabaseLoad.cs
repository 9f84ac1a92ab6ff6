using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>A table that is loaded.</summary>
/// <param name="Name">With its schema, quoted as SQL needs it.</param>
/// <param name="Columns">In the order of the file.</param>
/// <param name="File">Where its rows are.</param>
internal sealed record LoadedTable(string Name, IReadOnlyList<string> Columns, string File);

/// <summary>
/// Replaces the rows of a database by a backup's, in one transaction, with the rights of its owner: foreign keys are taken away and
/// put back (which checks them), so that the order of the tables does not matter, and triggers rest meanwhile.
/// </summary>
internal sealed class DatabaseLoad(NpgsqlConnection connection, BackupSeal seal)
{
    /// <summary>Loads the tables and sets the sequences.</summary>
    /// <exception cref="CannotStartException">The backup names what this schema does not have; nothing was changed.</exception>
    public Task RunAsync(string folder, BackupManifest manifest, CancellationToken cancellation) =>
        RunAsync(
            [.. manifest.Tables.Select(table => new LoadedTable(table.Name, table.Columns, table.File))],
            manifest.Sequences,
            file =>
                BackupFile.OpenCompressedAsync(
                    Path.Combine(folder, Path.GetFileName(file)),
                    seal,
                    manifest.NameOf(file),
                    cancellation
                ),
            format: "text",
            cancellation
        );

    /// <summary>Loads tables from files of a format of COPY, and sets the sequences.</summary>
    /// <exception cref="CannotStartException">They name what this schema does not have; nothing was changed.</exception>
    public async Task RunAsync(
        IReadOnlyList<LoadedTable> rows,
        IReadOnlyList<BackupSequence> sequenceValues,
        Func<string, Task<Stream>> open,
        string format,
        CancellationToken cancellation
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await connection.TakeTimeAsync(cancellation);
        var tables = (await DatabaseDump.TablesAsync(connection, cancellation)).ToDictionary(
            table => table.Name,
            table => table.Columns,
            StringComparer.Ordinal
        );
        foreach (var table in rows)
            if (
                !tables.TryGetValue(table.Name, out var columns)
                || table.Columns.Except(columns, StringComparer.Ordinal).Any()
            )
                throw new CannotStartException($"The table {table.Name} does not fit its own schema.");
        var sequences = (
            await ReadAsync(
                $"select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace where relkind = 'S' and {DatabaseDump.OurSchemas}",
                cancellation
            )
        ).ToHashSet(StringComparer.Ordinal);

        var foreignKeys = await ReadAsync(
            $"""
            select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid))
                || E'\n' || format('alter table %s drop constraint %I', conrelid::regclass, conname)
            from pg_constraint join pg_namespace on pg_namespace.oid = connamespace
            where contype = 'f' and conparentid = 0 and {DatabaseDump.OurSchemas}
            """,
            cancellation
        );
        foreach (var key in foreignKeys)
            await ExecuteAsync(key.Split('\n')[1], cancellation);
        foreach (var table in tables.Keys)
            await ExecuteAsync($"alter table {table} disable trigger user", cancellation);
        var everything = await ReadAsync(
            $"select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace where relkind = 'r' and relname <> 'schema_versions' and {DatabaseDump.OurSchemas}",
            cancellation
        );
        await ExecuteAsync($"truncate {string.Join(", ", everything)}", cancellation);

        foreach (var table in rows)
            await CopyAsync(table, open, format, cancellation);

        foreach (var table in tables.Keys)
            await ExecuteAsync($"alter table {table} enable trigger user", cancellation);
        foreach (var key in foreignKeys)
            await ExecuteAsync(key.Split('\n')[0], cancellation);
        foreach (var sequence in sequenceValues.Where(sequence => sequences.Contains(sequence.Name)))
        {
            await using var set = new NpgsqlCommand("select setval($1::regclass, $2, $3)", connection);
            set.Parameters.Add(Sql.Value(sequence.Name));
            set.Parameters.Add(Sql.Value(sequence.Last));
            set.Parameters.Add(Sql.Value(sequence.IsCalled));
            await set.ExecuteNonQueryAsync(cancellation);
        }

        // What was running when the backup was made, the backup itself for one, is not running here.
        await ExecuteAsync(
            """
            update quartz.qrtz_triggers
            set trigger_state = case trigger_state when 'PAUSED_BLOCKED' then 'PAUSED' else 'WAITING' end
            where trigger_state in ('ACQUIRED', 'EXECUTING', 'BLOCKED', 'PAUSED_BLOCKED')
            """,
            cancellation
        );
        await transaction.CommitAsync(cancellation);
        await ExecuteAsync("analyze", cancellation);
    }

    /// <summary>Removes what our migrations made, whichever of them: a database as it was before the first start.</summary>
    public static async Task DropEverythingAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var drop = new NpgsqlCommand(
            """
            do $$
            declare thing text;
            begin
                drop schema if exists quartz cascade;
                for thing in
                    select format('drop table if exists %s cascade', pg_class.oid::regclass) from pg_class
                    where relnamespace = 'public'::regnamespace and relkind = 'r'
                        and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
                    union all
                    select format('drop sequence if exists %s cascade', pg_class.oid::regclass) from pg_class
                    where relnamespace = 'public'::regnamespace and relkind = 'S'
                        and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('e', 'i', 'a'))
                    union all
                    select format('drop function if exists %s cascade', pg_proc.oid::regprocedure) from pg_proc
                    where pronamespace = 'public'::regnamespace
                        and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
                loop
                    execute thing;
                end loop;
            end
            $$
            """,
            connection
        )
        {
            CommandTimeout = 0,
        };
        await drop.ExecuteNonQueryAsync(cancellation);
    }

    private async Task CopyAsync(
        LoadedTable table,
        Func<string, Task<Stream>> open,
        string format,
        CancellationToken cancellation
    )
    {
        await using var rows = await open(table.File);
        await using var target = await connection.BeginTextImportAsync(
            $"copy {table.Name} ({string.Join(", ", table.Columns)}) from stdin (format {format})",
            cancellation
        );
        await rows.CopyToAsync(((StreamWriter)target).BaseStream, 128 * 1024, cancellation);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private Task<List<string>> ReadAsync(string sql, CancellationToken cancellation) =>
        new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }.RowsAsync<string>(cancellation);
}
