using System.Globalization;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Puts a lead on legal hold and takes it off. While it is on hold, no retention, trash, merge or erasure takes it or a file of it away.
/// </summary>
public sealed class HoldLead(NpgsqlDataSource database, AuditLog audit, Changes changes, TimeProvider time)
{
    /// <summary>The longest reason.</summary>
    public const int MaxReason = 500;

    /// <summary>Puts it on hold; a second hold changes the reason. The field that can be wrong: <c>reason</c>.</summary>
    public async Task<Refusal?> PlaceAsync(long number, string? reason, CurrentUser by, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        if (!FreeText.TryParse(reason, "reason", MaxReason, out var words, out var problem))
            errors.Add("reason", problem);
        else if (words is null)
            errors.Add("reason", "Say why, such as the matter and who asked for it.");
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);
        return await RunAsync(
            number,
            by,
            (batch, id, now) =>
            {
                batch.Add(
                    """
                    insert into legal_holds (lead_id, reason, placed_at, placed_by) values ($1, $2, $3, $4)
                    on conflict (lead_id) do update set reason = excluded.reason
                    """,
                    Sql.Value(id),
                    Sql.Value(words),
                    Sql.Value(now),
                    Sql.Value(by.Id)
                );
                batch.Record([
                    new NewLine(id, "hold_placed", Actor.Of(by), $"put this lead on legal hold: {words}", now),
                ]);
            },
            "put lead {0} on legal hold",
            cancellation
        );
    }

    /// <summary>Takes it off.</summary>
    public Task<Refusal?> ReleaseAsync(long number, CurrentUser by, CancellationToken cancellation) =>
        RunAsync(
            number,
            by,
            (batch, id, now) =>
            {
                batch.Add("delete from legal_holds where lead_id = $1", Sql.Value(id));
                batch.Record([new NewLine(id, "hold_released", Actor.Of(by), "released the legal hold", now)]);
            },
            "released the legal hold of lead {0}",
            cancellation
        );

    private async Task<Refusal?> RunAsync(
        long number,
        CurrentUser by,
        Action<NpgsqlBatch, Guid, DateTimeOffset> change,
        string words,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Against an erasure at the same moment.
        var id = await connection.QueryOneAsync<Guid?>(
            "select id from leads where number = $1 and deleted_at is null for update",
            cancellation,
            Sql.Value(number)
        );
        if (id is null)
            return new Refusal.NotFound();
        var shown = number.ToString(CultureInfo.InvariantCulture);
        await using var batch = connection.CreateBatch();
        change(batch, id.Value, Sql.Instant(time.GetUtcNow()));
        audit.Write(
            batch,
            AuditKind.LegalHold,
            string.Format(CultureInfo.InvariantCulture, words, shown),
            $"lead:{shown}",
            by: by
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Publish(number);
        return null;
    }
}
