using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Assigns each new lead to the least busy attorney (<see cref="LeastBusy"/>) and notifies them. If nobody is available, the lead waits,
/// the administrators are notified once, and it is assigned as soon as somebody is.
/// </summary>
internal sealed class AssignLeads(
    Assignments assignments,
    OutreachEmails emails,
    IOptions<OutreachOptions> options,
    IOptions<FirmOptions> firm
) : IWork
{
    /// <summary>Why a lead waits, for people.</summary>
    public const string Waiting = "No attorney is available for this lead at the moment.";

    /// <summary>When to look again at a lead that waits. Whoever becomes free wakes the queue; this is the second net.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMinutes(5);

    /// <inheritdoc />
    public WorkKind Kind => WorkKind.Assign;

    /// <inheritdoc />
    public int BatchSize => 100;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        if (!options.Value.Assign)
            return;

        var atWork = await AttorneysAtWork.ReadAsync(turn.Connection, turn.Now, cancellation, firm.Value.Zone);
        var leads = await UnassignedAsync(turn, cancellation);
        await using var batch = turn.Connection.CreateBatch();
        var given = new List<Assignment>();
        var waits = false;
        foreach (var item in turn.Items)
        {
            // Missing: erased, closed, or a person was faster.
            if (!leads.TryGetValue(item.Subject, out var lead))
                continue;
            if (atWork.LeastBusy.Choose(lead.Facts.PracticeArea, turn.Now) is { } attorney)
            {
                given.Add(
                    new(lead with { Trace = turn.TraceOf(item) }, From: null, attorney, "the least busy", turn.Now)
                );
                turn.Changed.Add(lead.Number);
                continue;
            }

            turn.NotYet(item, NextLook(atWork, turn.Now), Waiting);
            if (!waits && await turn.BeginsAsync(Condition.NobodyAvailable, cancellation))
                foreach (var administrator in atWork.Administrators)
                    batch.Queue(emails.NobodyAvailable(lead, administrator, turn.Now));
            waits = true;
        }

        assignments.Add(batch, given);
        if (!waits)
            batch.EndsUnlessWaiting(Condition.NobodyAvailable, WorkKind.Assign, Waiting);
        await batch.ExecuteNonQueryAsync(cancellation);
        turn.Pokes.Add(WorkSignal.Emails);
    }

    private static TimeSpan NextLook(AttorneysAtWork atWork, DateTimeOffset now) =>
        atWork.NextReturn is { } back && back - now < Look ? back - now : Look;

    /// <summary>The turn's unassigned leads, locked until the commit.</summary>
    private static async Task<Dictionary<Guid, LeadBrief>> UnassignedAsync(
        WorkTurn turn,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {LeadBrief.Columns} from leads
            where id = any ($1) and deleted_at is null and assigned_to is null and status in ({LeadStatus.OpenSql})
            order by id for no key update
            """,
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(turn.Items.Select(item => item.Subject).ToArray()));
        var leads = new Dictionary<Guid, LeadBrief>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var lead = LeadBrief.Read(reader);
            leads[lead.Id] = lead;
        }

        return leads;
    }
}
