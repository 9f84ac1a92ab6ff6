using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>
/// When nobody has reached out to a lead in time (<see cref="OutreachOptions.After"/>), queues the welcome email in the attorney's name.
/// Whether it is still needed is checked again just before it is sent, and the lead becomes <c>reached_out</c> only when the mail server
/// has it (<see cref="IDeliveryRule"/>).
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
            // Missing: somebody has reached out, the lead is closed or erased, or the prospect has opted out.
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
        var optedOut = OptOuts.Sql("leads.email");
        await using var command = new NpgsqlCommand(
            $"""
            select {LeadBrief.Columns}, {Owner.Columns}
            from leads left join users on users.id = assigned_to
            where leads.id = any ($1) and deleted_at is null and status = 'registered' and written_to_at is null and not {optedOut}
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
