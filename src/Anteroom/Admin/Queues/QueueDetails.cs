using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>A try that failed.</summary>
/// <param name="Try">Which.</param>
/// <param name="At">When it ended, UTC.</param>
/// <param name="Node">The number of the node; null when it is not known.</param>
/// <param name="Error">Why.</param>
public sealed record FailedTry(int Try, DateTimeOffset At, int? Node, string? Error);

/// <summary>An item with everything that operators may see of it: nothing that a prospect has written.</summary>
public sealed record QueueDetails(QueueItem Item)
{
    /// <summary>What it is about, by id: a lead, a file, a mailing; null for none.</summary>
    public Guid? About { get; init; }

    /// <summary>When it was done, given up or taken off, UTC; null while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the claim runs out unless it is renewed, UTC; null when nobody has it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>The node that has or had it last.</summary>
    public int? Node { get; init; }

    /// <summary>The latest tries that failed, the oldest first.</summary>
    public IReadOnlyList<FailedTry> Tries { get; init; } = [];

    /// <summary>The nodes that are known, by their numbers.</summary>
    public IReadOnlyDictionary<int, KnownNode> NodeNames { get; init; } = new Dictionary<int, KnownNode>();
}

/// <summary>A process that is or was a node.</summary>
/// <param name="Id">Its number among the nodes.</param>
/// <param name="Machine">Where it runs.</param>
/// <param name="Process">Its number there.</param>
public sealed record KnownNode(int Id, string Machine, int Process);

/// <summary>Reads one item.</summary>
public sealed partial class ReadQueueItem(NpgsqlDataSource database)
{
    private sealed record Row(
        string Queue,
        string Kind,
        string State,
        long? Number,
        string? ToAddress,
        int Attempts,
        string? LastError,
        DateTimeOffset CreatedAt,
        DateTimeOffset NextAttemptAt,
        Guid? About,
        DateTimeOffset? EndedAt,
        DateTimeOffset? LeasedUntil,
        int? Node,
        string? Tries
    );

    /// <summary>One round trip; null when there is none in that queue.</summary>
    public async Task<QueueDetails?> RunAsync(QueueName queue, Guid id, CancellationToken cancellation)
    {
        var rows = queue.IsMessages
            ? """
                select channel queue, kind, state, lead_id about, to_address, attempts, last_error, created_at, next_attempt_at,
                    coalesce(sent_at, failed_at) ended_at, leased_until, coalesce(claimed_by, ran_on) node, tries::text tries
                from outbox where id = $1 and channel = $2 and kind = $3
                """
            : """
                select 'work' queue, kind, state, subject about, null to_address, attempts, last_error, created_at, next_attempt_at,
                    finished_at ended_at, leased_until, coalesce(claimed_by, ran_on) node, tries::text tries
                from work where id = $1 and 'work' = $2 and kind = $3
                """;
        await using var batch = database.CreateBatch();
        batch.Add(
            $"""
            select queue, item.kind, item.state, leads.number, to_address, attempts, last_error, item.created_at, next_attempt_at, about,
                ended_at, leased_until, node, tries
            from ({rows}) item left join resumes on resumes.id = about left join leads on leads.id = coalesce(resumes.lead_id, about)
            """,
            Sql.Value(id),
            Sql.Value(queue.Queue),
            Sql.Value(queue.Kind)
        );
        batch.Add("select id, machine, process from nodes");
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        if (await reader.ReadOneAsync<Row>(cancellation) is not { } row)
            return null;
        var nodes = await reader.ReadAllAsync<KnownNode>(cancellation);
        return new(
            new QueueItem(
                queue,
                id,
                row.State,
                row.Number,
                row.ToAddress,
                row.Attempts,
                row.LastError,
                row.CreatedAt,
                row.NextAttemptAt
            )
        )
        {
            About = row.About,
            EndedAt = row.EndedAt,
            LeasedUntil = row.LeasedUntil,
            Node = row.Node,
            Tries = row.Tries is null
                ? []
                : JsonSerializer.Deserialize(row.Tries, FailedTryJson.Default.IReadOnlyListFailedTry)!,
            NodeNames = nodes.ToDictionary(node => node.Id),
        };
    }

    /// <summary>An address that can be told from others and not be written to: <c>a…@example.com</c>.</summary>
    public static string Masked(string address) =>
        address.IndexOf('@', StringComparison.Ordinal) is var at and > 0
            ? $"{address[0]}…{address[at..]}"
            : $"{address[..Math.Min(2, address.Length)]}…";

    /// <summary>A sentence with all addresses masked.</summary>
    public static string WithoutAddresses(string words) => Address().Replace(words, match => Masked(match.Value));

    [GeneratedRegex(@"[^\s<>""'(:]+@[^\s<>""'):;,]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}

[JsonSerializable(typeof(IReadOnlyList<FailedTry>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class FailedTryJson : JsonSerializerContext;
