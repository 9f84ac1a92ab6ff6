using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>
/// Keeps the promise: when nobody has reached out to a lead in time (<see cref="OutreachOptions.After"/>), the welcome email goes
/// out in the attorney's name. It is queued here; whether it is still needed is looked at again at the moment it is sent, and only
/// when the mail server has it, the lead is <c>reached_out</c> (<see cref="IDeliveryRule"/>).
/// </summary>
public sealed class ReachOut(OutreachEmails emails, IOptions<OutreachOptions> options) : IWork
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public WorkKind Kind => WorkKind.ReachOut;

    /// <inheritdoc />
    public int BatchSize => 50;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        if (!options.Value.Enabled)
            return;

        var waiting = await WaitingAsync(turn, cancellation);
        await using var batch = turn.Connection.CreateBatch();
        foreach (var item in turn.Items)
        {
            // Not there: somebody has reached out, the lead is closed or erased, or the prospect wants no automatic email.
            if (!waiting.TryGetValue(item.Subject, out var lead))
                continue;
            if (lead.Attorney is { } attorney)
            {
                batch.Queue(emails.Welcome(lead.Lead, attorney, turn.Now));
                turn.Changed.Add(lead.Lead.Number);
            }
            else
                turn.NotYet(item, Look, "The lead belongs to nobody: there is no name to write in.");
        }

        if (batch.BatchCommands.Count == 0)
            return;
        await batch.ExecuteNonQueryAsync(cancellation);
        turn.Pokes.Add(WorkSignal.Emails);
    }

    private static async Task<Dictionary<Guid, (LeadBrief Lead, Owner? Attorney)>> WaitingAsync(
        WorkTurn turn,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {LeadBrief.Columns}, {Owner.Columns}
            from leads left join users on users.id = assigned_to
            where leads.id = any ($1) and deleted_at is null and status = 'registered' and written_to_at is null and not {OptOuts.Sql(
                "leads.email"
            )}
                and not exists (
                    select from emails where lead_id = leads.id and kind = 'welcome' and state <> 'cancelled')
            """,
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(turn.Items.Select(item => item.Subject).ToArray()));
        var waiting = new Dictionary<Guid, (LeadBrief, Owner?)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var lead = LeadBrief.Read(reader);
            waiting[lead.Id] = (lead, Owner.Read(reader));
        }

        return waiting;
    }
}
