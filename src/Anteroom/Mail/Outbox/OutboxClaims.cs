using Anteroom.Data;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Claims messages from the outbox. A claim is a lease with its own token and the node's name: a worker that reports too late
/// (<see cref="OutboxResults"/>) changes nothing.
/// </summary>
public sealed class OutboxClaims(
    NpgsqlDataSource database,
    Claims claims,
    IEnumerable<IDeliveryRule> rules,
    TimeProvider time
)
{
    /// <summary>The queue as <see cref="Claims"/> knows it.</summary>
    internal static readonly ClaimTable Table = new("outbox", EmailState.Sending.ToWire(), "channel")
    {
        Queue = "channel",
    };

    // A Message by the names of its properties.
    private readonly string _columns = $"""
        outbox.id, channel, kind, to_address, to_name, reply_to, subject, text, html, message_id, attempts, next_attempt_at, created_at, claim,
            leased_until, lead_id, from_name, on_behalf_of, bulk_id, repeats, trace, {Vetoes(rules)} as veto
        """;

    private static string Vetoes(IEnumerable<IDeliveryRule> rules) =>
        $"coalesce({string.Join(", ", rules.Select(rule => rule.Veto).OfType<string>().Append("null::text"))})";

    /// <summary>Claims up to <paramref name="count"/> due messages of a channel, and as many again whose lease has run out.</summary>
    public async Task<IReadOnlyList<Message>> ClaimAsync(
        IChannel channel,
        int count,
        TimeSpan lease,
        CancellationToken cancellation
    )
    {
        var rows = await claims.ClaimAsync<Message>(Table, channel.Name, _columns, count, lease, cancellation);
        return rows.ConvertAll(message => message with { Label = channel.Label(message.Kind) });
    }

    /// <summary>Keeps them for as long as they are being delivered.</summary>
    internal Lease Hold(IReadOnlyList<Message> messages, TimeSpan lease) =>
        claims.Hold(Table, messages[0].Claim, messages[0].LeasedUntil, lease);

    /// <summary>Makes messages due that only waited for the channel to come back.</summary>
    public async Task ReleaseWaitingForServerAsync(IChannel channel, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            update outbox set next_attempt_at = $1
            where channel = $2 and state = 'queued' and next_attempt_at > $1 and waits_for_server
            """
        );
        command.Parameters.Add(Sql.Value(time.GetUtcNow()));
        command.Parameters.Add(Sql.Value(channel.Name));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
