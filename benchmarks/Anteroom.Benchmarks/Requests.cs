using System.Text;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>What one client sends, one request after another.</summary>
internal interface IRequests
{
    /// <summary>The next request as it goes over the wire.</summary>
    ReadOnlySpan<byte> Next();

    /// <summary>Whether the answer with this head says that it was done.</summary>
    bool IsDone(string head);
}

/// <summary>Requests that are written one by one; 200 says that one was done.</summary>
internal sealed class SmallRequests(Func<string> next) : IRequests
{
    public ReadOnlySpan<byte> Next() => Encoding.ASCII.GetBytes(next());

    public bool IsDone(string head) => head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);

    /// <summary>A GET with one more line in its head, which says who it is from.</summary>
    public static string Get(string path, string from) =>
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: anteroom-bench\r\n{from}\r\n\r\n";

    /// <summary>A PATCH with a JSON body.</summary>
    public static string Patch(string path, string from, string json) =>
        $"PATCH {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: anteroom-bench\r\n{from}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}";
}

/// <summary>Numbers that no two requests share.</summary>
internal sealed class Serial
{
    private long _last;

    public long Next() => Interlocked.Increment(ref _last);
}

/// <summary>Moves each lead through some statuses, one after the other; no two clients move the same lead.</summary>
internal sealed class Moves(IReadOnlyList<LeadKey> leads, IReadOnlyList<string> statuses, string from)
{
    private int _taken = -1;

    /// <summary>Called with the number of a lead that is about to be moved.</summary>
    public Action<long> Moving { get; init; } = _ => { };

    /// <summary>What one client sends.</summary>
    public SmallRequests ForClient()
    {
        var (lead, step) = (default(LeadKey), statuses.Count);
        return new SmallRequests(() =>
        {
            if (step == statuses.Count)
                (lead, step) = (Take(), 0);
            Moving(lead!.Number);
            return SmallRequests.Patch($"/api/v1/leads/{lead.Id}", from, $$"""{"status": "{{statuses[step++]}}"}""");
        });
    }

    private LeadKey Take()
    {
        var at = Interlocked.Increment(ref _taken);
        return at < leads.Count ? leads[at] : throw new BenchmarkException("There are no leads left to move.");
    }
}

/// <summary>A lead that there is; its number is 0 where leads have none.</summary>
internal sealed record LeadKey(Guid Id, long Number)
{
    /// <param name="connectionString">In which database.</param>
    /// <param name="which">SQL for a condition, and perhaps an order.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<IReadOnlyList<LeadKey>> ReadAsync(
        string connectionString,
        string which,
        CancellationToken cancellation
    )
    {
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var command = database.CreateCommand(
            $"select id, coalesce((to_jsonb(leads) ->> 'number')::bigint, 0) from leads where {which}"
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var leads = new List<LeadKey>();
        while (await reader.ReadAsync(cancellation))
            leads.Add(new LeadKey(reader.GetGuid(0), reader.GetInt64(1)));
        return leads;
    }
}
