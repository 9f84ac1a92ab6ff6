using System.Buffers;
using System.Data;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>A table with its schema, and its columns in their order; both quoted as SQL needs them.</summary>
internal sealed record TableColumns(string Name, string[] Columns);

/// <summary>The database as of one instant, read table by table.</summary>
internal sealed class DatabaseDump : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private DatabaseDump(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    /// <summary>The migrations that have been applied, in order.</summary>
    public IReadOnlyList<string> Migrations { get; private set; } = [];

    /// <summary>Takes the snapshot.</summary>
    public static async Task<DatabaseDump> BeginAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var dump = new DatabaseDump(connection, transaction);
        await using (var readOnly = dump.Command("set transaction read only"))
            await readOnly.ExecuteNonQueryAsync(cancellation);
        await connection.TakeTimeAsync(cancellation);
        dump.Migrations = await dump.ReadAsync<string>(
            """select "MigrationId" from schema_versions order by 1""",
            cancellation
        );
        return dump;
    }

    /// <summary>Writes each table into a file of the folder.</summary>
    public async Task<List<BackupTable>> WriteTablesAsync(
        string folder,
        Guid backup,
        BackupSeal seal,
        CancellationToken cancellation
    )
    {
        var written = new List<BackupTable>();
        foreach (var (name, columns) in await TablesAsync(_connection, cancellation))
        {
            var file = $"{name}.copy.gz";
            var rows = 0L;
            var sha256 = await BackupFile.WriteCompressedAsync(
                Path.Combine(folder, file),
                seal,
                $"{backup}/{file}",
                async target => rows = await CopyAsync(_connection, name, columns, target, cancellation),
                cancellation
            );
            written.Add(new BackupTable(name, columns, rows, file, sha256));
        }

        return written;
    }

    /// <summary>The files that the snapshot's rows name.</summary>
    public Task<List<BackedUpFile>> ResumesAsync(CancellationToken cancellation) =>
        ReadAsync<BackedUpFile>(
            "select storage_key as key, encode(sha256, 'hex') as sha256, bytes from kept_files order by 1",
            cancellation
        );

    private sealed record Position(long LastValue, bool IsCalled);

    /// <summary>Where the sequences stand now.</summary>
    public async Task<List<BackupSequence>> SequencesAsync(CancellationToken cancellation)
    {
        var names = await ReadAsync<string>(
            $"select format('%I.%I', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace where relkind = 'S' and {OurSchemas} order by 1",
            cancellation
        );
        var sequences = new List<BackupSequence>();
        foreach (var name in names)
        {
            var at = await ReadAsync<Position>($"select last_value, is_called from {name}", cancellation);
            sequences.Add(new BackupSequence(name, at[0].LastValue, at[0].IsCalled));
        }

        return sequences;
    }

    /// <summary>Lets the snapshot go.</summary>
    public Task EndAsync(CancellationToken cancellation) => _transaction.CommitAsync(cancellation);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _transaction.DisposeAsync();

    internal const string OurSchemas = "nspname in ('public', 'quartz')";

    /// <summary>
    /// What is backed up: our tables and the timetable. Not what only means something to running nodes or within this database, as the
    /// order of its transactions does, nor what is not logged. The history of migrations is in the manifest.
    /// </summary>
    internal static Task<List<TableColumns>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.QueryAsync<TableColumns>(
            $"""
            select format('%I.%I', nspname, relname) as name, array_agg(format('%I', attname) order by attnum) as columns
            from pg_class join pg_namespace on pg_namespace.oid = relnamespace join pg_attribute on attrelid = pg_class.oid
            where relkind = 'r' and relpersistence = 'p' and {OurSchemas} and attnum > 0 and not attisdropped and attgenerated = ''
                and relname not in ('schema_versions', 'qrtz_fired_triggers', 'qrtz_scheduler_state', 'qrtz_locks', 'lead_changes')
            group by 1 order by 1
            """,
            cancellation
        );

    /// <summary>What <see cref="TablesAsync(NpgsqlConnection, CancellationToken)"/> says, in the snapshot.</summary>
    public Task<List<TableColumns>> TablesAsync(CancellationToken cancellation) =>
        TablesAsync(_connection, cancellation);

    /// <summary>How many rows a query of ours has.</summary>
    public async Task<long> CountAsync(string query, CancellationToken cancellation) =>
        (await ReadAsync<long>($"select count(*) from ({query}) counted", cancellation))[0];

    /// <summary>Writes the rows of a query of ours as CSV, with a line of names.</summary>
    public async Task CopyCsvAsync(
        string query,
        IEnumerable<string> columns,
        Stream target,
        CancellationToken cancellation
    )
    {
        await using (var utc = Command("set local time zone 'UTC'; set local datestyle to 'ISO'"))
            await utc.ExecuteNonQueryAsync(cancellation);
        using var reader = await _connection.BeginTextExportAsync(
            $"copy (select * from ({query}) as rows ({string.Join(", ", columns)})) to stdout (format csv, header)",
            cancellation
        );
        await ((StreamReader)reader).BaseStream.CopyToAsync(target, 128 * 1024, cancellation);
    }

    /// <summary>Copies the rows as text; each is a line, whatever is in it (PostgreSQL manual, COPY, text format).</summary>
    internal static async Task<long> CopyAsync(
        NpgsqlConnection connection,
        string table,
        IEnumerable<string> columns,
        Stream target,
        CancellationToken cancellation
    )
    {
        using var reader = await connection.BeginTextExportAsync(
            $"copy {table} ({string.Join(", ", columns)}) to stdout",
            cancellation
        );
        var rows = ((StreamReader)reader).BaseStream; // bytes are enough
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            var lines = 0L;
            int read;
            while ((read = await rows.ReadAsync(buffer, cancellation)) > 0)
            {
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
                await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }

            return lines;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private NpgsqlCommand Command(string sql) => new(sql, _connection, _transaction) { CommandTimeout = 0 }; // no limit

    private Task<List<T>> ReadAsync<T>(string sql, CancellationToken cancellation) =>
        Command(sql).RowsAsync<T>(cancellation);
}
