using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>
/// When nobody has reached out to a lead in time (<see cref="OutreachOptions.After"/>), queues the welcome email: in the attorney's name,
/// or in the firm's when there is none, or none at this hour (<see cref="OutreachOptions.InFirmsName"/>). While the firm is closed,
/// <see cref="HoursOptions.WhenClosed"/> says whether it waits.
/// Whether it is still needed is checked again just before it is sent, and the lead becomes <c>reached_out</c> only when the mail server
/// has it (<see cref="IDeliveryRule"/>).
/// </summary>
public sealed class ReachOut(
    OutreachEmails emails,
    Promise promise,
    IOptions<OutreachOptions> options,
    IOptions<FirmOptions> firm
) : IWork
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

        // Hours may have changed since it was queued.
        var holds = promise.HeldUntil(turn.Now);
        var byFirm = promise.WritesInFirmsName(turn.Now);
        var waiting = await WaitingAsync(turn, cancellation);
        await using var batch = turn.Connection.CreateBatch();
        foreach (var item in turn.Items)
        {
            // Missing: somebody has reached out, the lead is closed or erased, or the prospect has opted out or no address.
            if (!waiting.TryGetValue(item.Subject, out var lead))
                continue;
            var inFirmsName = options.Value.InFirmsName;
            if (holds is not null)
            {
                turn.NotYet(
                    item,
                    holds.Value - turn.Now,
                    "The firm is closed. The welcome email waits until it opens."
                );
                continue;
            }

            if (byFirm)
                batch.Queue(emails.FirmWelcome(lead.Lead, lead.Attorney, turn.Now));
            else if (
                lead.Attorney is { } attorney
                && (!inFirmsName || WorkingHours.Include(lead.Hours, turn.Now, firm.Value.Zone))
            )
                batch.Queue(emails.Welcome(lead.Lead, attorney, turn.Now).In(turn.TraceOf(item)));
            else if (inFirmsName)
                batch.Queue(emails.FirmWelcome(lead.Lead, lead.Attorney, turn.Now).In(turn.TraceOf(item)));
            else
            {
                turn.NotYet(item, Look, "The lead belongs to nobody: there is no name to write in.");
                continue;
            }

            turn.Changed.Add(lead.Lead.Number);
        }

        if (batch.BatchCommands.Count == 0)
            return;
        await batch.ExecuteNonQueryAsync(cancellation);
        turn.Pokes.Add(WorkSignal.Emails);
    }

    private static async Task<Dictionary<Guid, Waiting>> WaitingAsync(WorkTurn turn, CancellationToken cancellation)
    {
        var optedOut = OptOuts.Sql("leads.email");
        await using var command = new NpgsqlCommand(
            $"""
            select {LeadBrief.Columns}, {Owner.Columns}, work_days, work_from, work_until
            from leads left join users on users.id = assigned_to
            where leads.id = any ($1) and deleted_at is null and status = 'registered' and written_to_at is null and leads.email <> '' and not {optedOut}
                and not exists (
                    select from emails where lead_id = leads.id and kind = 'welcome' and state <> 'cancelled')
            """,
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(turn.Items.Select(item => item.Subject).ToArray()));
        var waiting = new Dictionary<Guid, Waiting>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var lead = LeadBrief.Read(reader);
            waiting[lead.Id] = new(
                lead,
                Owner.Read(reader),
                WorkingHours.Of(
                    reader["work_days"] as short?,
                    reader["work_from"] as short?,
                    reader["work_until"] as short?
                )
            );
        }

        return waiting;
    }

    private sealed record Waiting(LeadBrief Lead, Owner? Attorney, WorkingHours? Hours);
}
