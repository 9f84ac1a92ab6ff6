using System.Security.Cryptography;

namespace Anteroom.Data;

/// <summary>
/// This process among those that share the database. It lives as long as it holds the session lock of its number, on the line on which it
/// listens to the others (<see cref="WorkSignal"/>): the database lets go of the lock the moment the process dies, however it dies.
/// </summary>
/// <param name="isAlone">No other process can live on this database: it is a private one.</param>
public sealed class Node(bool isAlone = false)
{
    /// <summary>The first half of the advisory locks of nodes; the second is <see cref="Id"/>.</summary>
    internal const int LockClass = 0x416E7465;

    private readonly Lock _gate = new();
    private TaskCompletionSource _online = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The number by which claims name their node; another with each start.</summary>
    public int Id { get; } = RandomNumberGenerator.GetInt32(1, int.MaxValue);

    /// <summary>No other process can live on this database.</summary>
    public bool IsAlone => isAlone;

    /// <summary>The line was there and is not: others may take this process for dead, so that it begins nothing new.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>Ends when others know that this process lives.</summary>
    public Task WhenOnlineAsync(CancellationToken cancellation)
    {
        lock (_gate)
            return _online.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends the next time the line is there again: what failed for want of a database is worth another try at once.</summary>
    public Task WhenBackAsync(CancellationToken cancellation)
    {
        lock (_gate)
            return _back.Task.WaitAsync(cancellation);
    }

    internal void Online()
    {
        lock (_gate)
        {
            IsCutOff = false;
            _online.TrySetResult();
            _back.TrySetResult();
            _back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    internal void Offline()
    {
        lock (_gate)
        {
            if (!_online.Task.IsCompleted)
                return;
            IsCutOff = true;
            _online = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>
    /// Takes the node's lock on <paramref name="connection"/>, which is to be its line. A line of before that the server has not missed yet
    /// is ended.
    /// </summary>
    internal async Task LockAsync(Npgsql.NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var batch = connection.CreateBatch();
        batch.Add(
            $"select pg_terminate_backend(pid) from ({Held}) held where objid = $1 and pid <> pg_backend_pid()",
            Sql.Value((long)Id)
        );
        batch.Add("select pg_advisory_lock($1, $2)", Sql.Value(LockClass), Sql.Value(Id));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The locks of nodes: <c>objid</c> is a node that lives.</summary>
    internal static readonly string Held = $"""
        select objid::bigint objid, pid from pg_locks
        where locktype = 'advisory' and classid = {LockClass} and objsubid = 2 and granted
            and database = (select oid from pg_database where datname = current_database())
        """;
}
