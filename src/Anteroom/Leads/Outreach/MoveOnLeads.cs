using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Outreach;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Reassigns untouched new leads of attorneys who take none right now, after <see cref="OutreachOptions.MoveOnAfter"/>, to the least busy
/// of the others. If there is none, they stay.
/// </summary>
internal sealed class MoveOnLeads(
    NpgsqlDataSource database,
    Assignments assignments,
    WorkSignal signal,
    Changes changes,
    IOptions<OutreachOptions> options,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    private const int AtOnce = 200;

    /// <summary>Reassigns them; returns how many. Safe on several nodes at once.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        if (!options.Value.Assign)
            return 0;

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var now = Sql.Instant(time.GetUtcNow());
        var atWork = await AttorneysAtWork.ReadAsync(connection, now, cancellation, firm.Value.Zone);
        var moved = new List<Assignment>();
        foreach (var (lead, from) in await StrandedAsync(connection, now, cancellation))
            if (atWork.LeastBusy.Choose(lead.Facts.PracticeArea, now, except: from.Id) is { } next)
                moved.Add(new(lead, from, next, $"because {from.FullName} is not taking new leads at the moment", now));

        if (moved.Count == 0)
            return 0;
        await using var batch = connection.CreateBatch();
        assignments.Add(batch, moved);
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        changes.Publish(moved.Select(each => each.Lead.Number));
        return moved.Count;
    }

    private async Task<List<(LeadBrief Lead, Owner From)>> StrandedAsync(
        NpgsqlConnection connection,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            $"""
            select {LeadBrief.Columns}, {Owner.Columns}
            from users join leads on assigned_to = users.id
            where (not active or not available or away_until > $1)
                and deleted_at is null and not leads.sample and status = 'registered' and assigned_at <= $2 and (welcome_until is null or welcome_until <= $1)
            order by leads.number limit $3 for no key update of leads skip locked
            """,
            connection
        );
        command.Parameters.Add(Sql.Value(now));
        command.Parameters.Add(Sql.Value(now - options.Value.MoveOnAfter));
        command.Parameters.Add(Sql.Value(AtOnce));
        var stranded = new List<(LeadBrief, Owner)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            stranded.Add((LeadBrief.Read(reader), Owner.Read(reader)!));
        return stranded;
    }
}
