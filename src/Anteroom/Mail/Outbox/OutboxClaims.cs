using Anteroom.Data;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Takes messages out of the outbox. A claim is a lease with a token of its own and the name of the node: who comes too late to settle
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
    internal static readonly ClaimTable Table = new("outbox", EmailState.Sending.ToWire(), "channel");

    private readonly string _columns = $"""
        outbox.id, kind, to_address, to_name, reply_to, subject, text, html, message_id, attempts, next_attempt_at, created_at, claim,
            leased_until, lead_id, from_name, on_behalf_of, bulk_id, repeats, {Vetoes(rules)}
        """;

    private static string Vetoes(IEnumerable<IDeliveryRule> rules) =>
        $"coalesce({string.Join(", ", rules.Select(rule => rule.Veto).OfType<string>().Append("null::text"))})";

    /// <summary>Claims up to <paramref name="count"/> messages of a channel that are due, and as many whose lease has run out.</summary>
    public async Task<IReadOnlyList<Message>> ClaimAsync(
        IChannel channel,
        int count,
        TimeSpan lease,
        CancellationToken cancellation
    )
    {
        await using var command = claims.Command(Table, channel.Name, _columns, count, lease);
        var claimed = new List<Message>(count);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            claimed.Add(Read(reader, channel));
        return claimed;
    }

    /// <summary>Keeps them for as long as they are being delivered.</summary>
    internal Lease Hold(IReadOnlyList<Message> messages, TimeSpan lease) =>
        claims.Hold(Table, messages[0].Claim, messages[0].LeasedUntil, lease);

    private static Message Read(NpgsqlDataReader reader, IChannel channel)
    {
        var kind = reader.GetString(1);
        return new Message
        {
            Id = reader.GetGuid(0),
            Channel = channel.Name,
            Kind = kind,
            Label = channel.Label(kind),
            ToAddress = reader.GetString(2),
            ToName = Text(3),
            ReplyTo = Text(4),
            Subject = Text(5),
            Text = reader.GetString(6),
            Html = Text(7),
            MessageId = reader.GetString(8),
            Attempts = reader.GetInt32(9),
            NextAttemptAt = reader.GetFieldValue<DateTimeOffset>(10),
            CreatedAt = reader.GetFieldValue<DateTimeOffset>(11),
            Claim = reader.GetGuid(12),
            LeasedUntil = reader.GetFieldValue<DateTimeOffset>(13),
            LeadId = Id(14),
            FromName = Text(15),
            OnBehalfOf = Id(16),
            BulkId = Id(17),
            Repeats = Id(18),
            Veto = Text(19),
        };

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

        Guid? Id(int column) => reader.IsDBNull(column) ? null : reader.GetGuid(column);
    }

    /// <summary>Makes due what only waited for the channel to come back.</summary>
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
