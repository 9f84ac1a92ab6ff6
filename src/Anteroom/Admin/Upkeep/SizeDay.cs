using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>How large everything was on a day.</summary>
public sealed class SizeDay
{
    /// <summary>By UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Of the database.</summary>
    public required long DatabaseBytes { get; init; }

    /// <summary>Of the files of leads, with previews.</summary>
    public required long FilesBytes { get; init; }

    /// <summary>How many those are.</summary>
    public required long Files { get; init; }
}

internal sealed class SizeDayConfiguration : IEntityTypeConfiguration<SizeDay>
{
    public void Configure(EntityTypeBuilder<SizeDay> day)
    {
        day.ToTable("size_days");
        day.HasKey(x => x.Day);
    }
}

/// <summary>A table by its size.</summary>
/// <param name="Name">Of the table.</param>
/// <param name="Bytes">With its indexes and long values.</param>
/// <param name="Rows">The server's estimate.</param>
public sealed record TableSize(string Name, long Bytes, long Rows);

/// <summary>How large everything is.</summary>
/// <param name="Days">By day, the oldest first; at most a year.</param>
/// <param name="Tables">The largest tables.</param>
public sealed record Sizes(IReadOnlyList<SizeDay> Days, IReadOnlyList<TableSize> Tables);

/// <summary>Keeps a figure for each day, and reads them.</summary>
public sealed class SizeDays(NpgsqlDataSource database)
{
    private sealed record Row(DateTime Day, long DatabaseBytes, long FilesBytes, long Files);

    /// <summary>Today's, unless it is there. The files are added up once a day, for that reads all of their rows.</summary>
    public async Task KeepAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var keep = database.CreateCommand(
            """
            insert into size_days (day, database_bytes, files_bytes, files)
            select $1, pg_database_size(current_database()), coalesce(sum(bytes), 0)::bigint, count(*) from kept_files
            where not exists (select from size_days where day = $1) having not exists (select from size_days where day = $1)
            on conflict (day) do nothing
            """
        );
        keep.Parameters.Add(new NpgsqlParameter<DateOnly> { TypedValue = DateOnly.FromDateTime(now.UtcDateTime) });
        await keep.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>One round trip.</summary>
    public async Task<Sizes> ReadAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            select day::timestamp as day, database_bytes, files_bytes, files from (
                select * from size_days order by day desc limit 366) days order by day
            """
        );
        batch.Add(
            """
            select relname::text name, pg_total_relation_size(oid) bytes, greatest(reltuples, 0)::bigint as rows from pg_class
            where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc limit 8
            """
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var days = await reader.ReadAllAsync<Row>(cancellation);
        return new(
            [
                .. days.Select(row => new SizeDay
                {
                    Day = DateOnly.FromDateTime(row.Day),
                    DatabaseBytes = row.DatabaseBytes,
                    FilesBytes = row.FilesBytes,
                    Files = row.Files,
                }),
            ],
            await reader.ReadAllAsync<TableSize>(cancellation)
        );
    }
}
