using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>A node in the list.</summary>
public sealed record NodeState
{
    /// <summary>The number by which claims name it.</summary>
    public required int Id { get; init; }

    /// <summary>The name of its machine.</summary>
    public required string Machine { get; init; }

    /// <summary>The number of the process there.</summary>
    public required int Process { get; init; }

    /// <summary><c>all</c>, <c>web</c> or <c>worker</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Of the product.</summary>
    public required string Version { get; init; }

    /// <summary>When it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it last told of itself, UTC.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Memory of the process.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Free where its data folder is.</summary>
    public required long DiskFreeBytes { get; init; }

    /// <summary>Size of that disk.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>How much its clock is before the database's.</summary>
    public required double ClockAheadSeconds { get; init; }

    /// <summary>It holds its lock: the database knows that the process lives.</summary>
    public required bool IsAlive { get; init; }

    /// <summary>What it is doing just now, as <c>kind number</c> of the queue.</summary>
    public required string[] Runs { get; init; }
}

/// <summary>Reads the nodes: those that live, and those that are missing.</summary>
public sealed class ReadNodes(NpgsqlDataSource database)
{
    /// <summary>One statement, the ones that are missing first.</summary>
    public async Task<IReadOnlyList<NodeState>> RunAsync(CancellationToken cancellation) =>
        await database.QueryAsync<NodeState>(
            $"""
            select nodes.id, machine, process, role, version, started_at, seen_at, memory_bytes, disk_free_bytes, disk_bytes,
                clock_ahead_seconds, exists (select from ({Node.Held}) held where objid = nodes.id) is_alive,
                array(select concat_ws('.', queue, kind) || ' ' || count(*) from (
                    select 'work' queue, kind from work where state = 'working' and claimed_by = nodes.id
                    union all select channel, kind from outbox where state = 'sending' and claimed_by = nodes.id) items
                    group by queue, kind order by 1) runs
            from nodes where ended_at is null order by is_alive, machine, process
            """,
            cancellation
        );

    /// <summary>Nobody need look for it any longer; a node that lives after all comes back by itself.</summary>
    public async Task ForgetAsync(int node, CancellationToken cancellation)
    {
        await using var forget = database.CreateCommand("update nodes set ended_at = now() where id = $1");
        forget.Parameters.Add(Sql.Value(node));
        await forget.ExecuteNonQueryAsync(cancellation);
    }
}
